// Copying, which not every browser lets a page do.

/** Whether the text is in the clipboard now. */
export async function copyText(text: string): Promise<boolean> {
  // Without a secure context there is none.
  if (!('clipboard' in navigator)) return false;
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
