// Alerts to a channel of Slack, by an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
import type { Form } from './posting.ts';
import { urlIn } from './secret-file.ts';

/** Of what others wrote, these would be read as markup: a channel called, a link made. */
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, sign => MARKUP[sign] ?? '');

export function slackForm({ urlFile }: { readonly urlFile: string }): Form<string> {
  return {
    secrets: () => urlIn(urlFile),
    letter: ({ title, text, advice, session, project, link }, url) => {
      const plain = (words: string) => ({ type: 'plain_text', text: words, emoji: false });
      const where = [session, project].filter(part => part !== undefined).join(' · ');
      return {
        url,
        body: {
          // For notifications, which show no blocks.
          text: escaped(text === '' ? title : `${title}: ${text}`),
          blocks: [
            { type: 'header', text: plain(title.slice(0, 150)) },
            { type: 'section', text: plain([text, advice].filter(line => line !== '').join('\n')) },
            ...(where === '' ? [] : [{ type: 'context', elements: [plain(where)] }]),
            { type: 'section', text: { type: 'mrkdwn', text: `<${escaped(link)}|Open it in hookline>` } },
          ],
        },
      };
    },
  };
}
