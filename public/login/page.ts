// Logs in with the ticket in the URL, if there is one; otherwise the page just says how to get one.
import { byId } from '../design/dom.ts';
import { redeem, takeTicket } from './ticket.ts';

const said = byId('said', HTMLElement);
const copy = byId('copy', HTMLButtonElement);
const command = byId('command', HTMLElement);

function say(text: string, kind: 'progress' | 'problem'): void {
  said.dataset['kind'] = kind;
  said.textContent = text;
  said.hidden = false;
}

async function logIn(): Promise<void> {
  const ticket = takeTicket();
  if (ticket === undefined) return;
  say('Logging you in…', 'progress');
  const redeemed = await redeem(ticket);
  if ('problem' in redeemed) say(redeemed.problem, 'problem');
  else location.reload();
}

copy.addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(command.textContent);
    copy.textContent = 'Copied';
  } catch {
    // No clipboard without a secure context: select it, so that the user can copy it by hand.
    getSelection()?.selectAllChildren(command);
    copy.textContent = 'Selected';
  }
});

// A second link opened in this tab changes nothing but the fragment.
addEventListener('hashchange', () => void logIn());
void logIn();
