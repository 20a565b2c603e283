// What can be read at each kind of broker, and how it is spelled there.
import type { BrokerKind } from './config.ts';

/** What there is to read, for people. */
export const READABLE: Readonly<Record<BrokerKind, string>> = {
  ...{ amqp: 'queue', mqtt: 'topic', redis: 'stream', nats: 'subject' },
};

/** Why nothing can be taken in by this text at a kind of broker, for people; undefined when something may be. */
export function patternProblem(kind: BrokerKind, pattern: string): string | undefined {
  const shown = JSON.stringify(pattern);
  if (pattern === '' || Buffer.byteLength(pattern) > 255)
    return `a ${READABLE[kind]} has 1 to 255 bytes, and ${shown} has not`;
  if (kind === 'mqtt') {
    const levels = pattern.split('/');
    const isWrong = levels.some((level, n) =>
      level.includes('#') ? level !== '#' || n < levels.length - 1 : level.includes('+') && level !== '+',
    );
    if (isWrong) return `${shown} is no topic filter: "+" is a whole level, and "#" a whole level at the end`;
  }
  if (kind === 'nats') {
    const tokens = pattern.split('.');
    if (/\s/.test(pattern) || tokens.includes('') || tokens.slice(0, -1).includes('>'))
      return `${shown} is no subject: between its dots there is something without blanks, and ">" is at the end`;
  }
  return undefined;
}
