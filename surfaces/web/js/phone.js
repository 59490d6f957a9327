// Telephone numbers, by the rule of the shop (order/draft.go), with what a copied number brings along.

const between = String.raw`[+(). \/\p{Pd}\u2212\p{Zs}\p{Cf}]*`;

/** phone matches three digits or more with what people write between them, and an extension. */
export const phone = new RegExp(String.raw`^${between}(?:\p{Nd}${between}){3,}(?:(?:ext\.?|x|#) ?[0-9]{1,7})?$`, "iu");
