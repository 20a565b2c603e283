// Alerts to a topic of ntfy, as JSON (https://docs.ntfy.sh/publish/#publish-as-json): that is posted to the server, and names the topic.
import type { AlertTarget } from '../../config/config.ts';
import type { Bulletin } from './courier.ts';
import type { Form } from './posting.ts';
import { lineIn } from './secret-file.ts';

/** Priority and tags, which its apps show as pictures. Default: 3 of 5, without. */
const LOOKS: Readonly<
  Partial<Record<Bulletin['when'], { readonly priority: number; readonly tag: string }>>
> = {
  waiting: { priority: 4, tag: 'raised_hand' },
  failed: { priority: 4, tag: 'warning' },
  stuck: { priority: 4, tag: 'hourglass' },
  errors: { priority: 4, tag: 'warning' },
  budget: { priority: 4, tag: 'moneybag' },
  idle: { priority: 3, tag: 'white_check_mark' },
};

export function ntfyForm({
  url,
  tokenFile,
}: Extract<AlertTarget, { readonly kind: 'ntfy' }>): Form<string | undefined> {
  const { server, topic } = placeOf(url);
  return {
    secrets: () => (tokenFile === undefined ? undefined : lineIn(tokenFile)),
    letter: ({ title, text, advice, project, when, link }, token) => {
      const { priority = 3, tag } = LOOKS[when] ?? {};
      return {
        url: server,
        body: {
          ...{ topic, title, priority, click: link },
          message: [text, ...(project === undefined ? [] : [`in ${project}`]), advice]
            .filter(line => line !== '')
            .join('\n'),
          ...(tag === undefined ? {} : { tags: [tag] }),
        },
        ...(token === undefined ? {} : { headers: () => ({ authorization: `Bearer ${token}` }) }),
      };
    },
  };
}

/** The topic is the last part of its URL, the server what stands before it. */
function placeOf(url: string): { readonly server: string; readonly topic: string } {
  const { origin, pathname } = new URL(url);
  const parts = pathname.split('/').filter(part => part !== '');
  const topic = decodeURIComponent(parts.pop() ?? '');
  return { server: `${origin}/${parts.join('/')}`, topic };
}
