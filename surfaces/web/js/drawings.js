// The drawings that the rules can name for a product.

const drawings = {
  "lush-bracken": "/assets/drawings/lush-bracken.svg",
  "lush-big-leaf": "/assets/drawings/lush-big-leaf.svg",
  "exclusive-decorative": "/assets/drawings/exclusive-decorative.svg",
  "exclusive-bonsai": "/assets/drawings/exclusive-bonsai.svg",
  "basic-bonsai": "/assets/drawings/basic-bonsai.svg",
  "basic-big-leaf": "/assets/drawings/basic-big-leaf.svg",
  "monstera": "/assets/drawings/monstera.svg",
  "fiddle-leaf-fig": "/assets/drawings/fiddle-leaf-fig.svg",
  "bird-of-paradise": "/assets/drawings/bird-of-paradise.svg",
  "orchid-tree": "/assets/drawings/orchid-tree.svg",
  "lucky-bamboo": "/assets/drawings/lucky-bamboo.svg",
  "bonsai-ficus": "/assets/drawings/bonsai-ficus.svg",
};
const any = "/assets/drawings/pot.svg"; // for a product without a drawing, or with one that is newer than this page

/** drawing is the address of a drawing. */
export const drawing = (name) => drawings[name] ?? any;
