// Each plant's drawing, by SKU.

const drawings = {
  LB001: "/assets/drawings/LB001.svg",
  LB002: "/assets/drawings/LB002.svg",
  EX001: "/assets/drawings/EX001.svg",
  EX002: "/assets/drawings/EX002.svg",
  BB001: "/assets/drawings/BB001.svg",
  BB002: "/assets/drawings/BB002.svg",
};
const any = "/assets/drawings/pot.svg"; // for a plant that is newer than this page

/** drawing is the address of a plant's drawing. */
export const drawing = (sku) => drawings[sku] ?? any;
