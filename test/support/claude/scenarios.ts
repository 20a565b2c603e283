// What the scripted model says: each scenario is a list of steps, one per API answer, started by `RUN:<name>` in a prompt.

/** One tool call in an answer. `{project}` in any string input becomes the project folder. */
export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

/** Tokens one answer claims to have cost, as the Messages API names them. */
export interface Usage {
  input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  output_tokens: number;
  /** How long what was written to the cache is kept. */
  cache_creation?: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number };
  server_tool_use?: { web_search_requests: number };
}

/** One API answer: text, tool calls (all in one message, so the client runs them in parallel), or both. */
export interface Step {
  text?: string;
  tools?: readonly ToolCall[];
  usage?: Partial<Usage>;
  /** Milliseconds before the answer starts; default 0. */
  delayMs?: number;
}

export type Scenario = readonly Step[];

export const bash = (command: string, description = command): ToolCall => ({
  name: 'Bash',
  input: { command, description },
});
export const read = (file: string): ToolCall => ({
  name: 'Read',
  input: { file_path: `{project}/${file}` },
});
export const write = (file: string, content: string): ToolCall => ({
  name: 'Write',
  input: { file_path: `{project}/${file}`, content },
});
/** A subagent whose own conversation runs the scenario `name`. */
export const agent = (name: string): ToolCall => ({
  name: 'Agent',
  input: { description: name, prompt: `RUN:${name}`, subagent_type: 'general-purpose' },
});

/** Scenarios more than one test uses; a test may bring its own. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  hello: [{ text: 'Hello there.' }],
  simple: [{ tools: [bash('echo hello')] }, { text: 'All done.' }],
  work: [
    { text: 'Several at once.', tools: [bash('echo one'), bash('sleep 0.3; echo two'), read('README.md')] },
    { tools: [write('notes.txt', 'hi\n'), bash('exit 3', 'fails')] },
    { tools: [read('missing.txt')] },
    { tools: [agent('scout'), agent('digger')] },
    { text: 'The work is done.' },
  ],
  scout: [{ tools: [bash('pwd'), read('README.md')] }, { text: 'Scouted.' }],
  digger: [{ tools: [bash('sleep 0.5; pwd')] }, { tools: [bash('false', 'fails too')] }, { text: 'Dug.' }],
  again: [{ tools: [read('README.md'), bash('echo again')] }, { text: 'Done again.' }],
};

/** `count` answers with one quick call each, then a last word: what a measurement of the time per call runs. */
export function chain(count: number): Scenario {
  return [
    ...Array.from({ length: count }, (_, index) => ({ tools: [bash(`echo ${index}`)] })),
    { text: 'All done.' },
  ];
}
