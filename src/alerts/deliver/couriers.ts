// A courier for each target that something is sent to.
import type { AlertRule, AlertTarget } from '../../config/config.ts';
import type { Courier } from './courier.ts';
import { discordForm } from './discord.ts';
import { ntfyForm } from './ntfy.ts';
import { postingCourier } from './posting.ts';
import { slackForm } from './slack.ts';
import { webhookForm } from './webhook.ts';

/**
 * Those of all rules, each once; pages that are open see the events, and are sent nothing.
 *
 * @param push brings them to browsers that have subscribed
 */
export function couriersOf(rules: readonly AlertRule[], push: Courier): Courier[] {
  const targets = new Map(rules.flatMap(({ to }) => to.map(one => [one.label, one] as const)));
  return [...targets.values()].flatMap(target => courierOf(target, push) ?? []);
}

function courierOf(target: AlertTarget, push: Courier): Courier | undefined {
  switch (target.kind) {
    case 'push':
      return push;
    case 'webhook':
      return postingCourier(target.label, webhookForm(target));
    case 'ntfy':
      return postingCourier(target.label, ntfyForm(target));
    case 'slack':
      return postingCourier(target.label, slackForm(target));
    case 'discord':
      return postingCourier(target.label, discordForm(target));
    default:
      return undefined;
  }
}
