// What crosses MQTT: names and topics, filters, and that whatever a hookline writes is read as it was.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catches, nameOfResponse, topicOfName, whyNoName } from '../../src/bridge/mqtt/topics.ts';
import { read, write } from '../../src/bridge/mqtt/wire.ts';

describe('a name at an MQTT broker', () => {
  it.each([
    ['backend', 'hookline/in/backend'],
    ['Build.server_2-x', 'hookline/in/Build.server_2-x'],
    ['mqtt:plant/press-7/orders', 'plant/press-7/orders'],
    ['mqtt:/led', '/led'],
  ])('%s is the topic %s', (name, topic) => {
    expect(whyNoName(name)).toBeUndefined();
    expect(topicOfName(name)).toBe(topic);
    expect(nameOfResponse(topic)).toBe(name);
  });

  it.each([
    '',
    'a/b',
    'a+b',
    'all#',
    'nul\0',
    'line\nbreak',
    'mqtt:',
    'mqtt:plant/+/orders',
    'mqtt:plant/#',
    'mqtt:$SYS/broker',
    'mqtt:hookline/nodes/other/status',
    'mqtt:hookline/in/backend',
    'x'.repeat(300),
  ])('%j makes none, and it is said why', name => {
    expect(whyNoName(name)).toMatch(/\w/);
  });
});

it.each([
  ['plant/+/alarm', 'plant/press-7/alarm', true],
  ['plant/+/alarm', 'plant/press-7/x/alarm', false],
  ['plant/+', 'plant', false],
  ['plant/#', 'plant', true],
  ['plant/#', 'plant/a/b/c', true],
  ['plant', 'plant/a', false],
  ['plant/a', 'plant', false],
  ['+/+', '/a', true],
  ['#', 'a/b', true],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
])('the filter %s and the topic %s: %j', (filter, topic, isCaught) => {
  expect(catches(filter, topic)).toBe(isCaught);
});

describe('what a hookline writes', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,20}$/);
  const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(value, { nil: undefined });
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  const what = fc.oneof(
    fc.record({ message: text }),
    fc.record({ type: name, payload: fc.jsonValue().filter(value => value !== undefined) }),
  );
  const beside = fc.record({
    ...{ id: text, from: name, createdAt: fc.integer({ min: 0 }) },
    priority: optional(fc.constantFrom('high' as const, 'normal' as const, 'low' as const)),
    files: optional(fc.array(text)),
    metadata: optional(fc.dictionary(name, fc.string(), { noNullPrototype: true })),
    ...{ replyTo: optional(name), correlationId: optional(text), node: optional(fc.constant('node-1')) },
  });

  it('is read as it was', () => {
    fc.assert(
      fc.property(what, beside, (said, rest) => {
        const message = { ...rest, ...said };
        const { body, properties } = write('backend', message, 0);
        const expected = JSON.parse(JSON.stringify({ ...message, replyTo: message.replyTo ?? message.from }));
        expect(JSON.parse(JSON.stringify(read(Buffer.from(body), properties)))).toEqual(expected);
      }),
    );
  });

  it('sends correlation data back byte by byte', () => {
    const short = fc.uint8Array({ minLength: 1, maxLength: 180 }).map(bytes => Buffer.from(bytes));
    const words = fc
      .string({ minLength: 1, maxLength: 180 })
      .map(word => Buffer.from(`base64:${word}`).subarray(0, 180));
    fc.assert(
      fc.property(fc.oneof(short, words), correlationData => {
        const question = read(Buffer.from('how many?'), { correlationData, responseTopic: 'plant/answers' });
        const answersIn = 'malformed' in question ? undefined : question.correlationId;
        expect(answersIn?.length).toBeLessThanOrEqual(256);
        const { properties } = write('mqtt:plant/answers', { message: 'three', answersIn }, 0);
        expect(properties.correlationData).toEqual(correlationData);
      }),
    );
  });

  it('may wait for whole seconds, and never longer than was said, but for the first', () => {
    const secondsOf = (ttlMs: number): number | undefined =>
      write('backend', { message: 'x', ttlMs }, 0).properties.messageExpiryInterval;
    expect([1, 999, 1000, 1999, 600_000, 1e15].map(secondsOf)).toEqual([1, 1, 1, 1, 600, 0xffff_ffff]);
  });
});
