// The tool calls of one session or subagent: those that run, and the last ones that ended.
import type { EventDraft, FinishedTool, RunningTool } from '../protocol/index.ts';
import { text, whatOf } from './read.ts';

/** How many ended calls are shown. */
const LAST = 10;
/** Calls that can run at a time; one beyond that has lost its result. */
const MOST = 100;

export class Calls {
  /** Without a result yet, in the order they began. */
  running: readonly RunningTool[];
  /** Newest last. */
  last: readonly FinishedTool[];
  /** Their turn ended before their result came, as asynchronous hooks may. */
  overdue: readonly RunningTool[];

  constructor(
    running: readonly RunningTool[],
    last: readonly FinishedTool[],
    overdue: readonly RunningTool[],
  ) {
    this.running = running;
    this.last = last;
    this.overdue = overdue;
  }

  begin({ timestamp, data }: EventDraft): void {
    const toolUseId = text(data, 'toolUseId');
    if (toolUseId === undefined) return;
    const toolName = text(data, 'toolName') ?? '';
    const call = { toolUseId, toolName, ...whatOf(data['input']), startedAt: timestamp };
    this.running = [...this.running, call].slice(-MOST);
  }

  /** A call ended: by `tool.result`, or by `permission.denied`, whose result may still follow. */
  end(event: EventDraft): void {
    const toolUseId = text(event.data, 'toolUseId');
    const same = (call: RunningTool): boolean => call.toolUseId === toolUseId;
    const call = this.running.find(same) ?? this.overdue.find(same) ?? this.last.find(same);
    if (!call) return;
    this.running = this.running.filter(one => one !== call);
    this.overdue = this.overdue.filter(one => one !== call);
    this.last = [...this.last.filter(one => one !== call), finished(call, event)].slice(-LAST);
  }

  /** The turn is over; results that are still missing may come late. */
  turnEnds(): void {
    if (this.running.length === 0) return;
    this.overdue = [...this.overdue, ...this.running].slice(-MOST);
    this.running = [];
  }
}

function finished(call: RunningTool, { type, timestamp, data }: EventDraft): FinishedTool {
  const { toolUseId, toolName, what, startedAt } = call;
  const told = data['durationMs'];
  const durationMs = typeof told === 'number' ? told : timestamp - startedAt;
  const success = type === 'tool.result' && data['success'] !== false;
  return {
    toolUseId,
    toolName,
    ...(what === undefined ? {} : { what }),
    // A result that overtook its use, and a hook that took its time, would have it begin too late.
    startedAt: Math.min(startedAt, Math.round(timestamp - durationMs)),
    ...(durationMs > 0 ? { durationMs } : {}),
    outcome: success ? 'ok' : data['interrupted'] === true ? 'interrupted' : 'failed',
  };
}
