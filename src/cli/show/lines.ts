// Draws the story of a session, a line for each step, subagents indented.
import { workOf } from '../../protocol/index.ts';
import type { Colors } from '../terminal.ts';
import { plural, tokens } from '../text/amount.ts';
import { plainShort } from '../text/plain.ts';
import { promptWords } from '../text/prompt.ts';
import { duration, elapsed } from '../text/time.ts';
import { displayWidth } from '../text/width.ts';
import type { AgentRun, NoteStep, Step, ToolStep, Turn } from './story.ts';

export interface Style {
  readonly colors: Colors;
  /** Columns of the terminal; undefined when nobody watches, and nothing is cut. */
  readonly columns: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Paint = (text: string) => string;

/** Columns of the time before a line, of what stands after its words at most, and of words there should be room for. */
const TIME = 10;
const AFTER = 60;
const LEAST_WORDS = 20;

/** The lines of a story, with the day above whatever was not today. */
export function storyLines(items: readonly (Turn | NoteStep)[], style: Style): string[] {
  const page = new Page(style);
  for (const item of items) {
    if (item.kind === 'note') page.line(item.at, 0, `── ${item.text}`, style.colors.dim);
    else page.turn(item);
  }
  return page.lines;
}

class Page {
  readonly lines: string[] = [];
  readonly #style: Style;
  #day: string;

  constructor(style: Style) {
    this.#style = style;
    this.#day = new Date(style.now).toDateString();
  }

  turn(turn: Turn): void {
    const { colors } = this.#style;
    const took = turn.endedAt === undefined ? [] : [duration(turn.endedAt - turn.at)];
    const used = workOf(turn.used);
    const figures = [...took, ...(used === 0 ? [] : [`${tokens(used)} tokens`])].join(' · ');
    if (this.lines.length > 0) this.lines.push('');
    this.line(turn.at, 0, `❯ ${promptOf(turn.prompt)}`, colors.bold, figures);
    for (const step of turn.steps) this.#step(step, 1);
    if (turn.outcome === 'failed')
      this.line(turn.endedAt ?? turn.at, 1, `✗ ${turn.error ?? 'failed'}`, colors.red);
  }

  /** One line: the time, the words as far as there is room, and something after them. All of it may be hostile. */
  line(at: number, depth: number, words: string, paint: Paint, after = '', paintAfter?: Paint): void {
    const { colors, columns = Number.POSITIVE_INFINITY } = this.#style;
    this.#tellDay(at);
    // However deep, there is room for words.
    const indent = '  '.repeat(Math.max(0, Math.min(depth, Math.floor((columns - TIME - LEAST_WORDS) / 2))));
    const width = columns - TIME - indent.length;
    const room = Math.min(columns === Number.POSITIVE_INFINITY ? width : AFTER, width - LEAST_WORDS - 2);
    const tail = after === '' || room < 1 ? '' : `  ${plainShort(after, room)}`;
    const body = paint(plainShort(words, Math.max(1, width - displayWidth(tail))));
    this.lines.push(`${colors.dim(timeOf(at))}  ${indent}${body}${(paintAfter ?? colors.dim)(tail)}`);
  }

  #step(step: Step, depth: number): void {
    const { colors } = this.#style;
    switch (step.kind) {
      case 'said':
        return step.by === 'user'
          ? this.line(step.at, depth, `❯ ${promptOf(step.text)}`, colors.bold)
          : this.line(step.at, depth, `● ${step.text}`, String);
      case 'note':
        return this.line(step.at, depth, `· ${step.text}`, colors.dim);
      case 'tool':
        return this.#tool(step, depth);
      case 'agent':
        return this.#agent(step, depth);
    }
  }

  #tool(step: ToolStep, depth: number): void {
    const { colors } = this.#style;
    const [sign, paint] = {
      ok: ['✓', colors.green],
      failed: ['✗', colors.red],
      interrupted: ['⊘', colors.yellow],
      open: ['…', colors.cyan],
    }[step.outcome] as [string, Paint];
    this.line(step.at, depth, `${sign} ${step.toolName} ${step.what}`, paint, figuresOf(step));
    for (const agent of step.agents) this.#agent(agent, depth + 1);
  }

  #agent(agent: AgentRun, depth: number): void {
    const { colors } = this.#style;
    const calls = agent.steps.filter(step => step.kind === 'tool').length;
    const figures = [
      agent.endedAt === undefined ? 'at work' : elapsed(agent.endedAt - agent.at),
      plural(calls, 'tool'),
      `${tokens(workOf(agent.used))} tokens`,
    ];
    const name = [agent.agentType, agent.description].filter(Boolean).join(': ');
    this.line(agent.at, depth, `◆ ${name}`, colors.blue, figures.join(' · '));
    for (const step of agent.steps) this.#step(step, depth + 1);
  }

  #tellDay(at: number): void {
    const day = new Date(at).toDateString();
    if (day === this.#day) return;
    this.#day = day;
    if (this.lines.length > 0) this.lines.push('');
    this.lines.push(this.#style.colors.dim(day));
  }
}

/** How long a call took, and what else there is to say of it. */
function figuresOf({ outcome, durationMs, askedAt, waitedMs, error }: ToolStep): string {
  if (outcome === 'open') return askedAt === undefined ? '' : 'asks for permission';
  const waited = waitedMs === undefined ? '' : elapsed(waitedMs);
  if (outcome === 'interrupted') return waited === '' ? 'broken off' : `refused after ${waited}`;
  return [
    durationMs === undefined ? '' : elapsed(durationMs),
    waited === '' ? '' : `waited ${waited} for permission`,
    outcome === 'failed' ? (error ?? '') : '',
  ]
    .filter(part => part !== '')
    .join(' · ');
}

function promptOf(prompt: string): string {
  return promptWords(prompt) || '(the prompt is not known)';
}

function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
