// The well-known formats of secrets, each found by a literal that begins it.

/** One format. */
export interface SecretFormat {
  /** Names the format in `[redacted:<kind>:...]`. */
  readonly kind: string;
  /** Where to look: a source of literals (with character classes for case), found by one scan for all formats. */
  readonly hint: string;
  /**
   * Matched at the hint. What its first group matches is kept, the rest is the secret.
   * MUST be linear: after the hint only bounded parts and at most one unbounded run per delimiter.
   */
  readonly pattern: RegExp;
  /** The secret may itself be in a format of its own, whose kind says more. */
  readonly context?: true;
}

/** Not in the middle of a word; an escape such as `\n` or `%3D` ends the word before. */
const WORD = '(?:(?<![A-Za-z0-9])|(?<=\\\\[nrt])|(?<=%[0-9A-Fa-f]{2}))';
/** As WORD, for what may hold `-` and `_` itself: its runs are then looked at once only. */
const RUN = '(?:(?<![A-Za-z0-9_-])|(?<=\\\\[nrt])|(?<=%[0-9A-Fa-f]{2}))';
const QUOTE = `(?:\\\\{0,4}["'])?`;
/** Between a name and its value in settings, headers and JSON (also within a string): `: `, `=`, `":"`, `\":\"`. */
const IS = `${QUOTE}\\s{0,4}[:=]\\s{0,4}${QUOTE}`;
/** As IS, or a mere space as on a command line. */
const IS_OR_SPACE = `${QUOTE}(?:\\s{0,4}[:=]\\s{0,4}|\\s{1,4})${QUOTE}`;
const VALUE = '[\\w.~+/=|:-]';

/** Longest run of characters one pattern takes; beyond some millions the engine runs out of stack. */
const LONGEST_RUN = 65_536;

const at = (source: string, flags = ''): RegExp =>
  new RegExp(source.replace(/\{(\d+),\}/g, `{$1,${LONGEST_RUN}}`), `y${flags}`);
const plain = (kind: string, hint: string, rest: string): SecretFormat => ({
  kind,
  hint,
  pattern: at(hint + rest),
});
/** As `plain`, where the hint could be the tail of an ordinary word. */
const word = (kind: string, hint: string, rest: string): SecretFormat => ({
  kind,
  hint,
  pattern: at(WORD + hint + rest),
});
/** A value that is secret because of the name before it. */
const named = (kind: string, hint: string, keep: string, secret: string): SecretFormat => ({
  kind,
  hint,
  pattern: at(`(${keep})${secret}`, 'i'),
  context: true,
});

export const SECRET_FORMATS: readonly SecretFormat[] = [
  word('anthropic-key', 'sk-', 'ant-[\\w-]{12,}'),
  word('openrouter-key', 'sk-', 'or-v1-[\\w-]{20,}'),
  word('openai-key', 'sk-', '(?:proj|svcacct|admin|None)-[\\w-]{20,}'),
  word('openai-key', 'sk-', '[A-Za-z0-9]{32,}'),
  plain('github-token', 'gh[pousr]_', '[A-Za-z0-9]{36,}'),
  plain('github-token', 'github_pat_', '\\w{22,}'),
  word(
    'gitlab-token',
    'gl(?:pat|dt|rtr?|ptt|cbt|soat|oas|ft|imt|agent|ffct|wt)-',
    '[\\w-]{20,}(?:\\.[a-z0-9]{2}\\.[a-z0-9]{7,16})?',
  ),
  plain('slack-token', 'xox[abceoprs]-', '[A-Za-z0-9-]{10,}'),
  plain('slack-token', 'xapp-', '\\d-[A-Za-z0-9-]{10,}'),
  named(
    'slack-webhook',
    'hooks\\.slack\\.com',
    'hooks\\.slack\\.com/(?:services|workflows|triggers)/',
    '[\\w/-]{20,}',
  ),
  word('aws-access-key', '(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  named(
    'aws-secret',
    '(?:[Ss]ecret|SECRET)',
    `secret[_\\s-]?(?:access[_\\s-]?)?key${IS_OR_SPACE}(?:\\[[^\\]\\s]{0,30}\\]:?\\s{0,4})?`,
    '[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])',
  ),
  named(
    'aws-session-token',
    '(?:[Tt]oken|TOKEN)',
    `(?<=session_?)token${IS_OR_SPACE}`,
    '[A-Za-z0-9/+=]{100,}',
  ),
  plain('google-key', 'AIza', '[\\w-]{35}'),
  plain('google-oauth-secret', 'GOCSPX-', '[\\w-]{20,}'),
  word('google-oauth-token', 'ya29\\.', '[\\w-]{20,}'),
  word('stripe-key', '[sr]k_(?:live|test)_', '[A-Za-z0-9]{10,}'),
  plain('stripe-webhook-secret', 'whsec_', '[A-Za-z0-9+/=]{24,}'),
  word('npm-token', 'npm_', '[A-Za-z0-9]{36,}'),
  named('npm-token', '_auth', '_auth(?:Token)?=', `${VALUE}{8,}`),
  plain('pypi-token', 'pypi-Ag', '[\\w-]{30,}'),
  word('sendgrid-key', 'SG\\.', '[\\w-]{16,32}\\.[\\w-]{32,64}'),
  word('twilio-key', 'SK', '[0-9a-f]{32}(?![A-Za-z0-9])'),
  named(
    'twilio-token',
    '(?:[Tt]oken|TOKEN)',
    `(?<=twilio_?auth_?)token${IS_OR_SPACE}`,
    '[0-9a-f]{32}(?![A-Za-z0-9])',
  ),
  named('telegram-token', ':AA', '(?<=(?<!\\d)\\d{8,10}):', 'AA[\\w-]{32,}'),
  plain('digitalocean-token', 'do[opr]_v1_', '[a-f0-9]{64}'),
  word('huggingface-token', 'hf_', '[A-Za-z0-9]{30,}'),
  word('docker-token', 'dckr_pat_', '[\\w-]{20,}'),
  word('groq-key', 'gsk_', '[A-Za-z0-9]{40,}'),
  word('xai-key', 'xai-', '[A-Za-z0-9]{40,}'),
  word('vault-token', 'hvs\\.', '[\\w-]{24,}'),
  word('shopify-token', 'shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}'),
  word('linear-key', 'lin_api_', '[A-Za-z0-9]{32,}'),
  plain('age-key', 'AGE-SECRET-KEY-1', '[A-Z0-9]{50,}'),
  {
    kind: 'jwt',
    hint: 'eyJ',
    pattern: at(`${RUN}eyJ[\\w-]{10,}\\.[\\w-]{2,}\\.[\\w-]{10,}(?:\\.[\\w-]{10,}){0,2}`),
  },
  {
    kind: 'url-password',
    hint: ':(?://|\\\\/\\\\/)',
    // Placeholders such as ${PASSWORD}, $PASSWORD, {password} and *** are no secrets.
    pattern: at(
      '(:(?://|\\\\/\\\\/)[^\\s/:@"\'<>\\\\]{0,256}:)' +
        '(?!\\$\\{|\\$[A-Za-z_]+@|\\{[\\w.]+\\}@|\\*+@|%s@|\\[redacted:[\\w-]+:[0-9a-f]{8}\\]@)[^\\s/?#"\'<>\\\\]{1,256}(?=@)',
    ),
    context: true,
  },
  named(
    'authorization',
    '(?:[Aa]uthorization|AUTHORIZATION)',
    `authorization${IS}(?:bearer|basic|token|digest|negotiate|ntlm|api-?key)\\s{1,4}`,
    `${VALUE}{6,}`,
  ),
  named(
    'authorization',
    '(?:[Aa]uthorization|AUTHORIZATION)',
    `authorization${IS}`,
    '(?=[\\w+/=-]{0,64}\\d)[\\w+/=-]{16,}',
  ),
  // A header that ends with its value, whatever that looks like; what prose says of the header is no value.
  named(
    'authorization',
    '(?:[Aa]uthorization|AUTHORIZATION)',
    `authorization${IS}(?!(?:bearer|basic|required|optional|missing|none|true|false|null|undefined)\\b)`,
    `${VALUE}{6,}(?=\\\\{0,4}["']|\\\\[rn]|[\\r\\n]|$)`,
  ),
  named(
    'authorization',
    '(?:[Bb]earer|BEARER)',
    `bearer(?:\\s{1,4}|\\.|%20)`,
    `(?=${VALUE}{0,80}\\d)${VALUE}{16,}`,
  ),
  named(
    'api-key',
    '(?:[Aa][Pp][Ii][-_]?[Kk][Ee][Yy])',
    `api[-_]?key${IS}`,
    '(?=[\\w+/=-]{0,64}\\d)[\\w+/=-]{20,}',
  ),
  named('hookline-token', '(?:[Tt]oken|TOKEN)', `token${IS_OR_SPACE}`, '[0-9a-f]{64}(?![A-Za-z0-9])'),
];

/** Names whose value is read together with them: `{"Authorization": "Basic ..."}`. */
export const TELLING_NAME = /^[\w-]{0,40}(?:authorization|api-?_?key|token|secret_?(?:access_?)?key|_auth)$/i;
