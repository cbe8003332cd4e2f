/** The pod's network for the kata-network commands. */
import { decodeUtf8, encodeUtf8 } from "../../base/text.ts";
import type { Sandbox as SandboxService } from "../../protocol/gen/sandbox.ts";
import type { Handlers } from "../../protocol/service.ts";
import { interfaceJson, parseInterface, parseRoutes, routeJson } from "../network/interface-json.ts";
import type { Sandbox } from "./sandbox.ts";

type NetworkMethods = "addInterface" | "removeInterface" | "listInterfaces" | "updateRoutes" | "listRoutes";

/** `find` throws for a container that is not there. */
export function networkCalls(find: (id: string) => Sandbox): Pick<Handlers<typeof SandboxService>, NetworkMethods> {
  const answer = (value: unknown): { json: Uint8Array } => ({ json: encodeUtf8(JSON.stringify(value)) });
  return {
    addInterface: async ({ id, json }) => {
      const wish = parseInterface(decodeUtf8(json));
      return answer(interfaceJson(await find(id).network.addInterface(wish)));
    },
    removeInterface: async ({ id, json }) => {
      const wish = parseInterface(decodeUtf8(json));
      return answer(interfaceJson(await find(id).network.removeInterface(wish)));
    },
    listInterfaces: async ({ id }) => {
      const { api } = await find(id).agent;
      return answer((await api.listInterfaces({})).interfaces.map(interfaceJson));
    },
    updateRoutes: async ({ id, json }) => {
      const routes = parseRoutes(decodeUtf8(json));
      return answer((await find(id).network.updateRoutes(routes)).map(routeJson));
    },
    listRoutes: async ({ id }) => {
      const { api } = await find(id).agent;
      return answer((await api.listRoutes({})).routes.map(routeJson));
    },
  };
}
