// Puts the chosen theme on the page before it is drawn; a plain script, because a module would come after the first paint.
try {
  const chosen = localStorage.getItem('hookline.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset['theme'] = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
