// Alerts to a channel of Discord, by a webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook).
import type { Form } from './posting.ts';
import { urlIn } from './secret-file.ts';

/** Of what others wrote, these would be read as markup. */
const escaped = (text: string): string => text.replace(/[\\*_~`|>#[\]()<@-]/g, sign => `\\${sign}`);
/** Longest title and value of a field, in characters, as its reference has them. */
const MOST = { title: 256, value: 1024 };

export function discordForm({ urlFile }: { readonly urlFile: string }): Form<string> {
  return {
    secrets: () => urlIn(urlFile),
    letter: ({ title, text, advice, session, project, link, firedAt }, url) => ({
      url,
      body: {
        username: 'hookline',
        embeds: [
          {
            ...{ title: escaped(title).slice(0, MOST.title), url: link },
            description: [escaped(text), advice].filter(line => line !== '').join('\n'),
            timestamp: new Date(firedAt).toISOString(),
            fields: Object.entries({ session, project }).flatMap(([name, value = '']) =>
              value === '' ? [] : [{ name, value: escaped(value).slice(0, MOST.value), inline: true }],
            ),
          },
        ],
        // Nobody is called, whatever stands in it.
        allowed_mentions: { parse: [] },
      },
    }),
  };
}
