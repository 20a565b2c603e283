// Prometheus text of what the daemon counts.
import type { Engine } from '../../../engine/index.ts';
import type { Metric } from './metric.ts';
import { processMetrics } from './process-metrics.ts';

/** The text exposition format, version 0.0.4. */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .map(
      ({ name, type, help, value }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`,
    )
    .join('');
}

export function engineMetrics({ counters, log, queries }: Engine, connections: number): Metric[] {
  const gauge = (name: string, help: string, value: number): Metric => ({ name, type: 'gauge', help, value });
  const counter = (name: string, help: string, value: number): Metric => ({
    name,
    type: 'counter',
    help,
    value,
  });
  return [
    counter('hookline_hooks_total', 'Hook payloads accepted.', counters.hooks),
    counter('hookline_events_total', 'Events appended to the log.', counters.events),
    gauge('hookline_log_head_seq', 'Seq of the newest event.', log.head),
    gauge('hookline_log_oldest_seq', 'Seq of the oldest event held.', log.oldest),
    gauge('hookline_sessions', 'Sessions that live.', queries.sessionCount),
    gauge('hookline_connections', 'Stream clients connected.', connections),
    ...processMetrics(),
  ];
}
