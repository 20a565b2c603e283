// The topics of hookline at an MQTT broker, and which topics a filter of somebody else's catches.
import { sessionPart } from '../wire-name.ts';

/** Everything of ours is below it. */
const ROOT = 'hookline/';
const IN = `${ROOT}in/`;
/** What stands before a topic that is addressed as it is: `mqtt:plant/press-7/orders`. */
const AS_IT_IS = 'mqtt:';
/** Longest name or topic that messages are sent to, in characters. */
const MOST = 200;

export const topicOfEvent = (node: string, sessionId: string, type: string): string =>
  `${ROOT}events/${node}/${sessionPart(sessionId)}/${type.split('.').map(sessionPart).join('/')}`;

export const topicOfReceipts = (node: string): string => `${ROOT}receipts/${node}`;
export const topicOfStatus = (node: string): string => `${ROOT}nodes/${node}/status`;
export const topicOfSessions = (node: string): string => `${ROOT}nodes/${node}/sessions`;

/** Where messages for a name go; for `mqtt:TOPIC`, that topic. */
export const topicOfName = (name: string): string =>
  name.startsWith(AS_IT_IS) ? name.slice(AS_IT_IS.length) : `${IN}${name}`;

/** Whether messages for it go to a topic of somebody else's, who knows nothing of hookline. */
export const isTopic = (name: string): boolean => name.startsWith(AS_IT_IS);

/** The name that messages at a topic are for; undefined when it is none of ours. */
export const nameOfTopic = (topic: string): string | undefined =>
  topic.startsWith(IN) && whyNoName(topic.slice(IN.length)) === undefined
    ? topic.slice(IN.length)
    : undefined;

/** How whoever answers at a topic is called: the name there, or `mqtt:TOPIC`; undefined for what cannot be written in one word. */
export function nameOfResponse(topic: string): string | undefined {
  const name = nameOfTopic(topic) ?? `${AS_IT_IS}${topic}`;
  return whyNoName(name) === undefined && !/\s/.test(name) ? name : undefined;
}

/** Why nobody can be reached by a name, for people; undefined when somebody can. */
export function whyNoName(name: string): string | undefined {
  const shown = JSON.stringify(name);
  const topic = topicOfName(name);
  if (name.length > MOST) return `${shown} is longer than ${MOST} characters`;
  if (/[+#\p{Cc}]/u.test(name))
    return `${shown} makes no topic: "+", "#" and what cannot be seen are in none that is published to`;
  if (!isTopic(name))
    return name !== '' && !name.includes('/')
      ? undefined
      : `${shown} is no name; a topic as it is has ${AS_IT_IS} before it`;
  if (topic === '') return `${shown} names no topic after ${AS_IT_IS}`;
  if (topic.startsWith('$') || topic.startsWith(ROOT))
    return `${shown} is a topic that is not for messages; a name of a hookline stands without ${AS_IT_IS}${IN}`;
  return undefined;
}

/** Whether a filter catches a topic: `+` is one level, `#` at the end the level before it and all below (MQTT 5, 4.7). */
export function catches(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const wanted = filter.split('/');
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  for (const [n, level] of wanted.entries()) {
    if (level === '#') return levels.length >= n;
    if (n >= levels.length || (level !== '+' && level !== levels[n])) return false;
  }
  return wanted.length === levels.length;
}
