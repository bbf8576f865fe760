/**
 * Keeps words from being commands to a runner. Must be used for all that is printed: in a container nothing says that a
 * runner reads along.
 *
 * A runner takes a line for a command when it starts with `::` after blanks, or has `##[` anywhere (actions/runner,
 * src/Runner.Common/ActionCommand.cs). Nothing is one between `::stop-commands::TOKEN` and `::TOKEN::`.
 */

/** Blanks as .NET trims them, and colours, for logs that were freed of these; a line may end as .NET or a page ends it. */
const START = /^((?:[^\S\n\r\u2028\u2029]|\u0085|\u001b\[[\d;]*m)*)::/gm;

/** Words with their commands spelt out, as unprintable characters are. */
export function inert(words: string): string {
  return words.replace(START, "$1\\u{3a}:").replaceAll("##[", "\\u{23}#[");
}

/** JSON of the same meaning. Lines of ours start with a quote or a bracket, so that `##[` in a string is all there can be. */
export function inertJson(json: string): string {
  return json.replaceAll("##[", "#\\u0023[");
}

/** A text between commands that stop all others; `secret` is what no text can know. */
export function fenced(text: string, secret: string): string {
  const token = `muslgate-${secret}`;
  return `::stop-commands::${token}\n${text}${text.endsWith("\n") ? "" : "\n"}::${token}::\n`;
}

/** A text of which no byte may change, fenced where it may hold a command. */
export function asItIs(text: string, secret: string): string {
  return inert(text) === text ? text : fenced(text, secret);
}
