// A tool call in a document: what was called, how it ended, what it changed or put out.
import type { EventEnvelope } from '../../protocol/index.ts';
import { asDiff, changeOf, isChange, patchOf } from '../change.ts';
import { field } from '../lookup.ts';
import { outputOf } from '../output.ts';
import { duration } from '../words.ts';
import { code, fenced, inline } from './quoted.ts';
import { clock } from './times.ts';

/**
 * @param use undefined when the log does not have it any more
 * @param result undefined for a call that runs, or that nobody heard of again
 */
export function callText(use: EventEnvelope | undefined, result: EventEnvelope | undefined): string {
  const { toolName, input } = use?.data ?? result?.data ?? {};
  const tool = typeof toolName === 'string' ? toolName : '';
  const response = result?.data['response'];
  const change = isChange(tool) ? (patchOf(response) ?? changeOf(tool, input)) : undefined;
  return [
    headline(tool, use, result),
    change === undefined ? inputText(input) : `${pathText(input)}\n\n${fenced(asDiff(change), 'diff')}`,
    ...(change === undefined ? outputOf(response).map(({ name, text }) => outputText(name, text)) : []),
    errorText(result?.data['error']),
  ]
    .filter(part => part.trim() !== '')
    .join('\n\n');
}

function headline(tool: string, use: EventEnvelope | undefined, result: EventEnvelope | undefined): string {
  const { success, interrupted, durationMs } = result?.data ?? {};
  const failed = interrupted === true ? 'interrupted' : 'failed';
  const end = result === undefined ? 'no result' : success === false ? failed : 'ok';
  const took = typeof durationMs === 'number' ? `, ${duration(durationMs)}` : '';
  const at = use?.timestamp ?? result?.timestamp ?? Number.NaN;
  const description = field(use?.data['input'], 'description');
  const about = typeof description === 'string' ? `: ${inline(description, 200)}` : '';
  return `**${inline(tool, 80) || 'A tool'}**${about} (${end}${took}), ${clock(at)}`;
}

function inputText(input: unknown): string {
  const command = field(input, 'command');
  if (typeof command === 'string') return fenced(command, 'sh');
  const json = JSON.stringify(input, null, 2) ?? '';
  return ['', '{}', 'null'].includes(json) ? '' : fenced(json, 'json');
}

function pathText(input: unknown): string {
  const path = field(input, 'file_path') ?? field(input, 'notebook_path');
  return typeof path === 'string' ? code(path) : '';
}

const outputText = (name: string, text: string): string =>
  name === '' ? fenced(text) : `${name}:\n\n${fenced(text)}`;

const errorText = (error: unknown): string =>
  typeof error === 'string' && error !== '' ? `error:\n\n${fenced(error)}` : '';
