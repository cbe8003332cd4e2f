/**
 * Prints the completion for a shell, from the tables of the command line:
 * node --import tsx tools/completion.ts bash|zsh|fish
 */
import { commandAliases, commands, globalOptions } from "../src/host/cli/commands.ts";
import type { Option } from "../src/host/cli/option.ts";

interface Completed {
  /** As it is typed: an alias too. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
}

const shown = (options: readonly Option[]): Option[] => options.filter((option) => option.hidden !== true);

function completedCommands(): Completed[] {
  const own = Object.entries(commands).map(([name, table]) => [name, table] as const);
  const others = Object.entries(commandAliases).map(([alias, name]) => [alias, commands[name]] as const);
  return [...own, ...others].map(([name, table]) => {
    const { summary, options } = table();
    return { name, summary, options: shown(options) };
  });
}

export function bashCompletion(): string {
  const all = completedCommands();
  const names = all.map(({ name }) => name);
  const words = (options: readonly Option[]): string => options.map((option) => `--${option.name}`).join(" ");
  const cases = all.map(({ name, options }) => `    ${name}) words="${words(options)}" ;;`);
  return `# bash completion for kata-runtime
_kata_runtime() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in ${names.join("|")}) command="$word"; break ;; esac
  done
  case "$command" in
    "") words="${names.join(" ")} help ${words(shown(globalOptions()))}" ;;
${cases.join("\n")}
  esac
  # shellcheck disable=SC2207
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _kata_runtime kata-runtime
`;
}

export function zshCompletion(): string {
  const all = completedCommands();
  const quoted = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;
  // within _arguments brackets end the description and colons the whole
  const meaning = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&");
  const argument = ({ name, kind, meaning: text }: Option): string =>
    quoted(`${kind === "texts" ? "*" : ""}--${name}[${meaning(text)}]${kind === "bool" ? "" : ":value:_files"}`);
  const argumentsOf = (options: readonly Option[]): string => options.map(argument).join(" ");
  const described = all.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = all.map(({ name, options }) => `      (${name}) _arguments ${argumentsOf(options)} '*:argument:_files' ;;`);
  return `#compdef kata-runtime
_kata-runtime() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
${described.join("\n")}
  )
  _arguments -C ${argumentsOf(shown(globalOptions()))} '1:command:->command' '*::argument:->argument'
  case $state in
    (command) _describe command commands ;;
    (argument) case $words[1] in
${cases.join("\n")}
    esac ;;
  esac
}
_kata-runtime "$@"
`;
}

export function fishCompletion(): string {
  const all = completedCommands();
  const names = all.map(({ name }) => name).join(" ");
  const quoted = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const line = (condition: string, { name, alias, kind, meaning }: Option): string => {
    const short = alias === undefined ? "" : alias.length === 1 ? ` -s ${alias}` : ` -l ${alias}`;
    return `complete -c kata-runtime -n ${quoted(condition)} -l ${name}${short}${kind === "bool" ? "" : " -r"} -d ${quoted(meaning)}`;
  };
  const first = `not __fish_seen_subcommand_from ${names}`;
  const lines = all.flatMap(({ name, summary, options }) => [
    `complete -c kata-runtime -n ${quoted(first)} -f -a ${name} -d ${quoted(summary)}`,
    ...options.map((option) => line(`__fish_seen_subcommand_from ${name}`, option)),
  ]);
  return `# fish completion for kata-runtime
${[...shown(globalOptions()).map((option) => line(first, option)), ...lines].join("\n")}
`;
}

const shells: Readonly<Record<string, () => string>> = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

if (import.meta.url === `file://${process.argv[1]}`) {
  const shell = process.argv[2] ?? "";
  const completion = shells[shell];
  if (completion === undefined)
    throw new Error(`completion for ${JSON.stringify(shell)}: must be one of ${Object.keys(shells).join(", ")}`);
  process.stdout.write(completion());
}
