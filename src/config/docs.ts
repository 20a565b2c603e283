// Writes the reference of all options as Markdown, from the same table that reads them.
import type { Option } from './option.ts';
import { LIMIT_OPTIONS, OPTIONS } from './options.ts';

/** A Markdown table of every option: key, flag, environment variable, default with its unit, and what it is for. */
export function configReference(): string {
  const rows = [
    ...Object.entries(OPTIONS).map(([key, option]) => row(key, option)),
    ...Object.entries(LIMIT_OPTIONS).map(([key, option]) => row(`limits.${key}`, option)),
  ];
  return ['| key | flag | environment | default | what it is |', '|---|---|---|---|---|', ...rows, ''].join(
    '\n',
  );
}

function row(key: string, option: Option<never> | Option<unknown>): string {
  const value = option.fallbackText ?? String(option.fallback);
  const unit = option.unit === undefined || option.fallbackText !== undefined ? '' : ` ${option.unit}`;
  const cells = [
    option.inFile === false ? '' : code(key),
    code(option.flag),
    code(option.env),
    `${value}${unit}`,
    `${option.about} Must be ${option.kind.allowed}.`.replaceAll('|', '\\|'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}
