// Logs in with the ticket in the URL, if there is one; otherwise the page just says how to get one.
import { redeem, takeTicket } from './ticket.js';

const said = document.getElementById('said');
const copy = document.getElementById('copy');

function say(text, kind) {
  said.dataset.kind = kind;
  said.textContent = text;
  said.hidden = false;
}

async function logIn() {
  const ticket = takeTicket();
  if (ticket === undefined) return;
  say('Logging you in…', 'progress');
  const problem = await redeem(ticket);
  if (problem === undefined) location.reload();
  else say(problem, 'problem');
}

copy.addEventListener('click', async () => {
  const text = document.getElementById('command').textContent;
  try {
    await navigator.clipboard.writeText(text);
    copy.textContent = 'Copied';
  } catch {
    // No clipboard without a secure context: select it, so that the user can copy it by hand.
    getSelection().selectAllChildren(document.getElementById('command'));
    copy.textContent = 'Selected';
  }
});

// A second link opened in this tab changes nothing but the fragment.
addEventListener('hashchange', logIn);
logIn();
