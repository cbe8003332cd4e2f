/** Where configuration is looked for. */
import { Fault } from "../../base/fault.ts";

export interface SearchHost {
  /** The directory of the running program. */
  readonly programDirectory: string;
  exists(path: string): boolean;
  list(directory: string): readonly string[];
}

const name = "kata-containers/configuration.toml";

/** The places of the main file, first one first: beside the program, the administrator's, the distribution's. */
export function defaultConfigurationPaths(programDirectory: string): string[] {
  const slash = programDirectory.lastIndexOf("/");
  const prefix = slash > 0 ? programDirectory.slice(0, slash) : "";
  const paths = [`${prefix}/etc/${name}`, `/etc/${name}`, `/usr/share/defaults/${name}`, `/opt/kata/share/defaults/${name}`];
  return paths.filter((path, i) => paths.indexOf(path) === i);
}

/** The main file and its drop-ins (`config.d/*.toml` beside it, by name) in the order in which they count; later ones win. */
export function configurationFiles(host: SearchHost, path?: string): string[] {
  const main = path ?? defaultConfigurationPaths(host.programDirectory).find((candidate) => host.exists(candidate));
  if (main === undefined) return [];
  if (!host.exists(main)) throw new Fault(`read configuration ${main}: no such file or directory`, { code: "ENOENT", component: "config" });
  const directory = `${main.slice(0, main.lastIndexOf("/"))}/config.d`;
  const dropIns = host.list(directory).filter((file) => file.endsWith(".toml") && !file.startsWith("."));
  return [main, ...[...dropIns].sort().map((file) => `${directory}/${file}`)];
}
