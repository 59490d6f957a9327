// Copying a text for the customer.

/** copied puts a text into the clipboard, and answers whether the browser let it. */
export async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false; // no permission, or no HTTPS: the customer copies it from the page
  }
}
