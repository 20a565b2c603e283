// The rules that answer in the user's place: which of them decides, and why. None are there unless the user wrote them.
import type { Asked } from '../asked.ts';
import { type CompiledRule, compileRule, type Matter, PolicyRule } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** Most rules there can be. */
const MOST = 1000;

export interface Judgement {
  readonly decision: 'allow' | 'deny' | 'ask';
  /** Which rule decides, from 1; undefined where none does. */
  readonly rule?: number;
  readonly why: string;
  /** What the others said, in their order. */
  readonly others: readonly { readonly rule: number; readonly why: string }[];
}

export class Policy {
  /** What is wrong with the rules, in words. While anything is, no rule allows: it may be the one that was to forbid. */
  readonly problems: readonly string[];
  readonly #rules: readonly (CompiledRule | undefined)[];

  /**
   * @param written the rules as they stand in the configuration; whatever is wrong with them is told, never thrown
   * @param homedir what `~/` stands for in a path
   */
  constructor(written: unknown, homedir: string) {
    const problems: string[] = [];
    if (!Array.isArray(written)) problems.push('approvals.rules is no list');
    const all: unknown[] = Array.isArray(written) ? written : [];
    if (all.length > MOST) problems.push(`approvals.rules has ${all.length} rules, and ${MOST} are the most`);
    this.#rules = all.slice(0, MOST).map((one, at) => {
      const parsed = PolicyRule.safeParse(one);
      if (parsed.success) return compileRule(parsed.data, homedir);
      const said = parsed.error.issues.map(({ path, message }) =>
        [path.map(String).join('.'), message].filter(Boolean).join(' '),
      );
      problems.push(`rule ${at + 1} of approvals.rules is wrong: ${said.join('; ')}`);
      return undefined;
    });
    this.problems = problems;
  }

  /** Deny beats allow, allow beats ask. */
  judge(matter: Matter): Judgement {
    const found = this.#rules.map((rule, at) => ({
      rule: at + 1,
      decision: rule?.decision,
      whyNot: rule === undefined ? 'it is wrong' : rule.whyNot(matter),
    }));
    const fitting = (decision: string) =>
      found.find(one => one.decision === decision && one.whyNot === undefined);
    const [deny, allow, ask] = [fitting('deny'), fitting('allow'), fitting('ask')];
    const isBroken = this.problems.length > 0;
    const decides = deny ?? (isBroken ? undefined : allow) ?? ask;
    const others = found
      .filter(({ rule }) => rule !== decides?.rule)
      .map(({ rule, decision, whyNot }) => ({
        rule,
        why:
          whyNot ??
          (decision === 'allow' && isBroken
            ? 'it fits, but allows nothing while a rule is wrong'
            : `it fits, and says ${decision}`),
      }));
    if (decides?.decision === undefined)
      return {
        decision: 'ask',
        why: this.#rules.length === 0 && !isBroken ? 'there are no rules' : 'no rule decides',
        others,
      };
    return {
      decision: decides.decision,
      rule: decides.rule,
      why: `rule ${decides.rule} says ${decides.decision}`,
      others,
    };
  }

  /**
   * What the rules answer to a request; undefined when a person has to. No rule chooses an option, or says that a plan is good.
   *
   * @param name what the session is called
   */
  verdict(
    { kind, toolName, command, path, cwd }: Asked,
    sessionId: string,
    name: string | undefined,
  ): Verdict | undefined {
    if (kind !== 'permission' || this.#rules.length === 0) return undefined;
    const { decision, rule } = this.judge({ toolName, command, path, cwd, sessionId, name });
    if (decision === 'ask' || rule === undefined) return undefined;
    const why =
      decision === 'deny'
        ? `a rule of the user forbids this (rule ${rule})`
        : `a rule of the user allows this (rule ${rule})`;
    return { behavior: decision, rule, why };
  }
}
