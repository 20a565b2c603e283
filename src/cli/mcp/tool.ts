// What a tool is: what the model is told of it, what it takes, and what it does.
import type { z } from 'zod';
import type { Api } from '../api.ts';
import type { Self } from './identity.ts';

/** Whom a tool can ask, and for whom it works. */
export interface Surroundings {
  readonly api: Api;
  readonly self: Self;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly text: string;
  /** What is to be done once the client has the text. */
  readonly handedOver?: () => Promise<void>;
}

export interface Tool<Input extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly input: Input;
  /** Whether it only looks. Default: false */
  readonly isReadOnly?: boolean;
  /** @throws Error, whose message the model is told: what happened, and what mends it */
  run(input: z.infer<Input>, surroundings: Surroundings): Promise<Answer>;
}

/** Gives `run` the type of its input. */
export const tool = <Input extends z.ZodObject>(definition: Tool<Input>): Tool<Input> => definition;
