// Photos from the customer's device, made small enough to be sent.

const side = 1600; // pixels

/** scaled draws a photo on a canvas of at most 1600 pixels a side, the right way up. It fails if the browser cannot read it. */
export async function scaled(file) {
  const bitmap = await createImageBitmap(file);
  const share = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * share));
  canvas.height = Math.max(1, Math.round(bitmap.height * share));
  const on = canvas.getContext("2d");
  on.fillStyle = "#fff"; // JPEG knows nothing transparent
  on.fillRect(0, 0, canvas.width, canvas.height);
  on.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/** base64Of is a photo as a JPEG in Base64. */
export const base64Of = async (canvas) => canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
