/** Judges containers a class at a time: those of one image on one cluster of whom rules know the same. Must tell none of another's name or place. */
import type { ClusterProfile, Listener } from "../model/cluster-profile.ts";
import type { Verdict } from "../model/report.ts";
import type { Workload } from "../model/workload.ts";
import type { Rule, RuleContext } from "../rules/rule.ts";
import { type Finding, type Member, memberOf, toldOf } from "../rules/subject.ts";
import { notJudged, type NotJudged } from "./not-judged.ts";
import { asSupposed } from "./on-alpine.ts";

/** What a class meets, and with which image. */
export interface ClassContext extends Omit<RuleContext, "workload"> {
  /** What `cluster` was made of: the same objects for the same cluster. */
  readonly of: readonly [ClusterProfile, Listener | undefined];
}

/** What is told of a member; a diagnostic where the rule threw. */
export type Told = { readonly verdict: Verdict } & Partial<NotJudged>;

/** What a rule came to; where it threw, why. */
type Found =
  | { readonly rule: Rule; readonly finding: Finding }
  | { readonly rule: Rule; readonly error: unknown };

/** A member, with the number of its class, whatever that meets. */
export interface NumberedMember extends Omit<Member, "text"> {
  readonly number: number;
}

/** The classes of one run. */
export class Classes {
  readonly #rules: readonly Rule[];
  readonly #known = new Map<string, readonly Found[]>();
  readonly #numbers = new Map<object | string, number>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** As which member of which class a container is judged, whatever it meets. */
  of(workload: Workload): NumberedMember {
    const { subject, text, places } = memberOf(workload);
    return { subject, places, number: this.#numberOf(text) };
  }

  /** What the rules that have a say, in their order, say of a member where it meets a cluster. */
  judge(member: NumberedMember, { name, usesClusterDns, at }: Workload, met: ClassContext): readonly Told[] {
    const [{ name: on }] = met.of;
    return this.#classOf(member, usesClusterDns, met).map((found) =>
      "finding" in found
        ? { verdict: toldOf(found.finding, name, member) }
        : notJudged(found.rule, { name, on }, found.error, at),
    );
  }

  #classOf(
    { subject, number }: NumberedMember,
    usesClusterDns: Workload["usesClusterDns"],
    { of, ...met }: ClassContext,
  ): readonly Found[] {
    const { image, imageBefore, imageProblem, usedNames } = met;
    // A number for what stands for many clusters: texts are long, and these are looked for on each of them.
    const numbers = [...of, image, imageBefore, imageProblem].map((one) => this.#numberOf(one));
    const key = JSON.stringify([number, numbers, usesClusterDns, usedNames]);
    const found = this.#known.get(key) ?? this.#foundIn({ ...met, workload: { ...subject, usesClusterDns } });
    this.#known.set(key, found);
    return found;
  }

  #foundIn(context: RuleContext): readonly Found[] {
    return this.#rules.flatMap((rule): readonly Found[] => {
      try {
        const finding = rule.check(context);
        if (finding === undefined) return [];
        const isSupposed = context.image?.process.supposed !== undefined;
        return [{ rule, finding: isSupposed ? asSupposed(finding) : finding }];
      } catch (error) {
        return [{ rule, error }];
      }
    });
  }

  /** Objects are known by identity: of two images that are alike each has classes of its own. Texts are what they say. */
  #numberOf(one: object | string | undefined): number {
    if (one === undefined) return 0;
    const number = this.#numbers.get(one) ?? this.#numbers.size + 1;
    this.#numbers.set(one, number);
    return number;
  }
}
