/** What a template computes with: Go's int is a bigint here, so that it stays apart from floats. */
export type TemplateValue = string | number | bigint | boolean | null | undefined | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

/** One series that `query` found, with the fields that Go gives it. */
export interface TemplateSample {
  readonly Labels: Readonly<Record<string, string>>;
  readonly Value: number;
}

/** What a template of a rule may look at. */
export interface TemplateContext {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly externalLabels?: Readonly<Record<string, string>>;
  readonly externalUrl?: string;
  /** Runs an expression at the instant of the evaluation. */
  readonly query?: (promql: string) => readonly TemplateSample[];
}
