// What the login of this page lets it do, as the daemon wrote it into the page.

/** Whether it may send messages, take back and release what others sent, or answer what sessions ask. */
export const may = (what: 'send' | 'control' | 'approve'): boolean =>
  document.documentElement.dataset['may']?.split(' ').includes(what) === true;
