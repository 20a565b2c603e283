// Secrets in well-known formats never get past ingest, and what only looks like one does.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { redactText, SECRETS_MOST } from '../../src/sanitize/redact.ts';
import { makeSanitizer } from '../../src/sanitize/sanitizer.ts';
import { cpuMs } from '../support/cpu.ts';
import { recordedPayloads } from '../support/fixtures.ts';

const sha8 = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 8);
const marker = (kind: string, secret: string): string => `[redacted:${kind}:${sha8(secret)}]`;

// Put together here, so that no scanner takes this file for a leak.
const mixed = 'AbCdEfGh1jKlMnOpQrStUvWxYz0123456789';
const hex = '0123456789abcdef';
const join = (...parts: readonly string[]): string => parts.join('');
const awsSecret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const github = join('gh', 'p_', mixed);
const pem = join(
  '-----BEGIN RSA PRIV',
  'ATE KEY-----\nMIIEpAIBAAKCAQEA\nu1SU1LfVLPHCozMxH2Mo\n-----END RSA PRIV',
  'ATE KEY-----',
);

const FORMATS: readonly (readonly [string, string])[] = [
  ['anthropic-key', join('sk-', 'ant-api03-', mixed, '-', mixed, 'AA')],
  ['openai-key', join('sk-', 'proj-', mixed, '_', mixed)],
  ['openai-key', join('sk-', mixed, mixed.slice(0, 12))],
  ['github-token', github],
  ['github-token', join('gh', 'o_', mixed)],
  ['github-token', join('github', '_pat_11ABCDEFG0', mixed, '_', mixed)],
  ['gitlab-token', join('gl', 'pat-', mixed.slice(0, 20))],
  ['gitlab-token', join('gl', 'pat-', mixed.slice(0, 27), '.01.0w1a2b3c4')],
  ['slack-token', join('xo', 'xb-123456789012-1234567890123-', mixed.slice(0, 24))],
  ['slack-token', join('xap', 'p-1-A01234567-1234567890123-', hex)],
  ['aws-access-key', join('AK', 'IAIOSFODNN7EXAMPLE')],
  ['google-key', join('AI', 'za', mixed.slice(0, 35))],
  ['stripe-key', join('sk', '_live_', mixed.slice(0, 24))],
  ['stripe-key', join('rk', '_test_', mixed.slice(0, 24))],
  ['npm-token', join('np', 'm_', mixed)],
  ['pypi-token', join('py', 'pi-AgEIcHlwaS5vcmc', mixed, mixed)],
  ['sendgrid-key', join('S', 'G.', mixed.slice(0, 22), '.', mixed, '1234567')],
  ['twilio-key', join('S', 'K', hex, hex)],
  ['digitalocean-token', join('do', 'p_v1_', hex.repeat(4))],
  ['huggingface-token', join('h', 'f_', mixed.slice(0, 34))],
  ['jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
  ['private-key', pem],
  ['private-key', pem.replaceAll('\n', '\\n')],
];

describe('a secret in the middle of anything', () => {
  test.each(FORMATS)('%s', (kind, secret) => {
    const instead = marker(kind, secret);
    expect(redactText(secret)).toBe(instead);
    expect(redactText(`export KEY=${secret}; run`)).toBe(`export KEY=${instead}; run`);
    expect(redactText(`first line\\n${secret}"`)).toBe(`first line\\n${instead}"`);
    expect(redactText(`https://x.test/?key%3D${secret}&y`)).toBe(`https://x.test/?key%3D${instead}&y`);
    expect(redactText(`(${secret}) and ${secret}.`)).toBe(`(${instead}) and ${instead}.`);
  });
});

describe('a secret that its context gives away', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["curl -H 'Authorization: Bearer @' https://x.test", 'authorization', 'abcdef123456'],
    ['curl -H "authorization: Basic @"', 'authorization', 'dXNlcjpwYXNz'],
    ['Authorization: Bearer @', 'github-token', github],
    ['{\\"Authorization\\": \\"Bearer @\\"}', 'authorization', 'abc12345'],
    ['Proxy-Authorization: @', 'authorization', 'dXNlcjpwYXNzd29yZDE'],
    ['sent Bearer @ along', 'authorization', 'q8Xn2vTz0PLm4KsW'],
    ['postgres://admin:@@db.test:5432/shop', 'url-password', 'p4ss#w'.replace('#', '%23')],
    ['amqp://u:@@h', 'url-password', 'x'],
    ['https://x-access-token:@@github.com/a/b.git', 'github-token', github],
    ['redis:\\/\\/:@@cache', 'url-password', 'hunter2'],
    ['aws_secret_access_key = @', 'aws-secret', awsSecret],
    ['export AWS_SECRET_ACCESS_KEY="@"', 'aws-secret', awsSecret],
    ['{"SecretAccessKey":"@"}', 'aws-secret', awsSecret],
    ['AWS Secret Access Key [None]: @', 'aws-secret', awsSecret],
    ['TWILIO_AUTH_TOKEN=@', 'twilio-token', hex + hex],
    ['//registry.npmjs.org/:_authToken=@', 'npm-token', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
    [
      'https://api.telegram.org/bot110201543:@/getMe',
      'telegram-token',
      join('AA', 'HdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'),
    ],
    ['https://hooks.slack.com/services/@', 'slack-webhook', 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
    ['ws://127.0.0.1:3838/ws?token=@', 'hookline-token', hex.repeat(4)],
    ['HOOKLINE_TOKEN=@', 'hookline-token', hex.repeat(4)],
    ['hookline.v1, bearer.@', 'authorization', hex.repeat(4)],
    ['x-api-key: @', 'api-key', 'k3yk3yk3yk3yk3yk3yk3y'],
  ];
  test.each(cases)('%s (%s)', (template, kind, secret) => {
    const at = template.indexOf('@');
    const put = (what: string): string => template.slice(0, at) + what + template.slice(at + 1);
    expect(redactText(put(secret))).toBe(put(marker(kind, secret)));
  });

  test('also when name and value are apart', () => {
    const clean = makeSanitizer();
    expect(clean({ headers: { Authorization: 'Basic dXNlcjpwYXNz' } })).toEqual({
      headers: { Authorization: `Basic ${marker('authorization', 'dXNlcjpwYXNz')}` },
    });
    expect(clean({ authorization: ['Bearer abc12345'] })).toEqual({
      authorization: [`Bearer ${marker('authorization', 'abc12345')}`],
    });
    expect(clean([{ name: 'Authorization', value: 'Bearer abc12345' }])).toEqual([
      { name: 'Authorization', value: `Bearer ${marker('authorization', 'abc12345')}` },
    ]);
    expect(clean({ Credentials: { SecretAccessKey: awsSecret } })).toEqual({
      Credentials: { SecretAccessKey: marker('aws-secret', awsSecret) },
    });
    expect(clean({ token: hex.repeat(4) })).toEqual({ token: marker('hookline-token', hex.repeat(4)) });
  });

  test('even as the key of an object', () => {
    expect(makeSanitizer()({ [github]: 1 })).toEqual({ [marker('github-token', github)]: 1 });
  });

  test('a private key whose end was cut off', () => {
    const cut = pem.slice(0, pem.indexOf('-----END'));
    expect(redactText(`$ head key.pem\n${cut}`)).toBe(`$ head key.pem\n${marker('private-key', cut)}`);
  });

  test('an own token of the daemon anywhere, however redaction is set', () => {
    const own = hex.repeat(4);
    const clean = makeSanitizer({ redact: false, ownTokens: () => [own] });
    expect(clean({ tool_response: { stdout: `${own}\n` } })).toEqual({
      tool_response: { stdout: `${marker('hookline-token', own)}\n` },
    });
  });
});

test('a token that was made for somebody, at a cut too, however redaction is set', () => {
  const made = `hkl_${hex.repeat(4)}`;
  const clean = makeSanitizer({ redact: false });
  expect(clean({ [`a${made}`]: `x${made}y` })).toEqual({
    [`a${marker('hookline-token', made)}`]: `x${marker('hookline-token', made)}y`,
  });
  const long = makeSanitizer({ redact: false })('x'.repeat(31 * 1024 - 20) + made + 'y'.repeat(60 * 1024));
  expect(long).toContain('[trimmed ');
  expect(long).not.toContain(made.slice(0, 12));
});

describe('what only looks like a secret stays', () => {
  test.each([
    'toolu_473414b3125e97f0',
    '8dd92b6f-83dd-4922-a1da-0a95c2d86d5a',
    'commit 2ae3b7bf40548c3a0b9d5f6f4a9fdc0d5a4f7c11',
    `sha256: ${hex.repeat(4)}`,
    `integrity sha512-${mixed}${mixed}==`,
    "const header = '-----BEGIN PRIVATE KEY-----';",
    "return '-----BEGIN PRIVATE KEY-----' + key + '-----END PRIVATE KEY-----';",
    'the task-manager-of-all-the-things-that-we-have risk-assessment',
    'Authorization: Bearer $TOKEN',
    'Authorization: Bearer <token>',
    'authorization: required',
    'Bearer token authentication is required here',
    'Basic authentication is not supported',
    join('postgres://$', '{USER}:$', '{PASSWORD}@host/db'),
    'postgres://{user}:{password}@host/db',
    'postgres://user:$PASSWORD@host/db',
    'postgres://user:***@host/db',
    'http://localhost:3838/?email=a@b.test',
    'git@github.com:owner/repo.git',
    'ssh://git@host:22/repo',
    'npm_config_registry npm_lifecycle_event npm_package_version',
    'tokens used: 48110, max_tokens=8192',
    'eyJhbGciOiJIUzI1NiJ9 alone',
  ])('%s', text => {
    expect(redactText(text)).toBe(text);
  });

  test('every recorded payload comes through untouched', () => {
    const clean = makeSanitizer({ trim: false });
    for (const name of ['claude-code-2.1.329', 'session-simple', 'session-subagents'] as const) {
      for (const payload of recordedPayloads(name)) expect(clean(payload)).toBe(payload);
    }
  });
});

describe('a megabyte made to be slow', () => {
  const units: readonly string[] = [
    'eyJ',
    '-eyJ',
    'eyJabcdefghij.',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN AAAAAAAAAAAAAAAAAAAA ',
    '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n',
    '://a:',
    '://',
    `postgres://u:${'x@'.repeat(100)}`,
    'authorization: ',
    'bearer ',
    'token= ',
    '1',
    ':AA',
    '12345678:AA',
    'sk-',
    'SG.',
    `SG.${'a'.repeat(32)}.`,
    'secret_access_key',
    'api_key: ',
    ' ',
    '\\',
    'data:image/png;base64,',
    'data:image/png;a=b',
  ];
  test.each(units)('%j again and again takes well under a second', unit => {
    const text = unit.repeat(Math.ceil(2 ** 20 / unit.length));
    const clean = makeSanitizer();
    expect(cpuMs(() => clean({ text }))).toBeLessThan(1000);
  });
});

test.each([
  ['base64 of JSON', 'eyJ'],
  ['a key that never ends', 'sk-ant-a'],
  ['a token that never ends', 'xoxb-1'],
  ['one letter', 'a'],
])('fifteen megabytes of %s are taken without a stack overflow', (_what, piece) => {
  const text = piece.repeat(Math.ceil(15_000_000 / piece.length));
  expect(() => redactText(text)).not.toThrow();
});

test.each([
  ["curl -H 'Authorization: s3cretvalue' http://box", 's3cretvalue'],
  ['{"Authorization": "justavalue"}', 'justavalue'],
  ['GET / HTTP/1.1\r\nAuthorization: opaque-value\r\n', 'opaque-value'],
])('the value of an Authorization header goes, whatever it looks like: %s', (text, secret) => {
  expect(redactText(text)).not.toContain(secret);
  expect(redactText(text)).toContain('[redacted:authorization:');
});

test.each([
  'Authorization: required',
  'set the Authorization: header of each request',
  'Authorization: none\n',
])('prose about the header stays: %s', text => expect(redactText(text)).toBe(text));

test('a string of more secrets than anybody has keeps what is before them, and none of them', () => {
  const line = (n: number): string => `line ${n} https://u:p${n}@h\n`;
  const lines = (many: number): string => Array.from({ length: many }, (_, n) => line(n)).join('');
  const whole = redactText(lines(SECRETS_MOST));
  expect(whole.match(/redacted:url-password/g)).toHaveLength(SECRETS_MOST);
  expect(whole.endsWith('@h\n')).toBe(true);
  const cut = redactText(lines(SECRETS_MOST + 50));
  const rest = lines(SECRETS_MOST + 50).slice(
    lines(SECRETS_MOST).length + `line ${SECRETS_MOST} https://u:`.length,
  );
  expect(cut).toBe(`${whole}line ${SECRETS_MOST} https://u:${marker('rest', rest)}`);
  expect(redactText(cut)).toBe(cut);
});
