// A model whose price the user knows better than any list.
import { commandGlob } from '../approvals/index.ts';
import type { ModelPrice } from '../config/config.ts';
import type { ListedModel } from '../state/index.ts';

/** What the configuration says of a model. */
export function ownModel({ model, contextWindow, ...price }: ModelPrice): ListedModel {
  return { fits: commandGlob(model), price, ...(contextWindow === undefined ? {} : { contextWindow }) };
}
