/** Knows languages that make Kubernetes objects and are not read here. Must not read them. */

/** A language, and words by which a file of it makes pods. */
interface OtherLanguage {
  readonly name: string;
  readonly files: RegExp;
  readonly makesPods: RegExp;
}

const LANGUAGES: readonly OtherLanguage[] = [
  {
    name: "a template",
    files: /\.ya?ml\.(?:j2|jinja2?|(?:tf)?tpl|c?tmpl|erb|template|in|mustache|hbs)$/i,
    makesPods: /^[ \t-]*containers[ \t]*:/m,
  },
  { name: "Jsonnet", files: /\.(?:jsonnet|libsonnet)$/, makesPods: /\bcontainers\+?:/ },
  { name: "CUE", files: /\.cue$/, makesPods: /\bcontainers\??:/ },
];

/** The language of a path, if it is one of them. */
export function languageOf(path: string): OtherLanguage | undefined {
  return LANGUAGES.find(({ files }) => files.test(path));
}
