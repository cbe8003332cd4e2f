/** Traffic control, as far as joining two links needs it: what arrives on one is sent out of the other (tc(8), tc-mirred(8)). */
import { type Attribute, NLM, type RouteSocket, zeroTerminated } from "./netlink.ts";

const RTM = { newQdisc: 36, deleteQdisc: 37, newFilter: 44, deleteFilter: 45 } as const;
const TCA = { kind: 1, options: 2 } as const;
const TCA_U32 = { selector: 5, action: 7 } as const;
const TCA_ACT = { kind: 1, options: 2 } as const;
const TCA_MIRRED_PARMS = 2;
const ingressHandle = 0xffff0000;
const ingressParent = 0xfffffff1; // TC_H_INGRESS
const allProtocols = 0x0300; // htons(ETH_P_ALL)
const egressRedirect = 1; // TCA_EGRESS_REDIR
const stolen = 4; // TC_ACT_STOLEN

interface TcMessage {
  readonly link: number;
  readonly handle?: number;
  readonly parent?: number;
  readonly information?: number;
}

function tcMessage({ link, handle = 0, parent = 0, information = 0 }: TcMessage): Uint8Array {
  const fixed = new Uint8Array(20); // struct tcmsg
  const view = new DataView(fixed.buffer);
  view.setInt32(4, link, true);
  view.setUint32(8, handle, true);
  view.setUint32(12, parent, true);
  view.setUint32(16, information, true);
  return fixed;
}

const ingressQdisc = (link: number): Uint8Array => tcMessage({ link, handle: ingressHandle, parent: ingressParent });

/** Filters by protocol and priority; the priority names ours. */
const filterMessage = (link: number, priority: number): Uint8Array =>
  tcMessage({ link, parent: ingressHandle, information: ((priority << 16) | allProtocols) >>> 0 });

/** The place for filters of what arrives. EEXIST: there is one, an ingress or a clsact qdisc. */
export function addIngress(netlink: RouteSocket, link: number): void {
  const attributes = [{ type: TCA.kind, value: zeroTerminated("ingress") }];
  netlink.request(`add ingress qdisc to link ${link}`, RTM.newQdisc, NLM.create | NLM.excl, ingressQdisc(link), attributes);
}

/** With all its filters. */
export function removeIngress(netlink: RouteSocket, link: number): void {
  netlink.request(`remove ingress qdisc of link ${link}`, RTM.deleteQdisc, 0, ingressQdisc(link));
}

export interface Redirect {
  readonly from: number;
  readonly to: number;
  readonly priority: number;
}

/** u32 with a key that matches everything: kernels without matchall have it. */
export function addRedirect(netlink: RouteSocket, { from, to, priority }: Redirect): void {
  const options: Attribute[] = [
    { type: TCA_U32.selector, value: matchAll() },
    {
      type: TCA_U32.action,
      value: [
        {
          type: 1,
          value: [
            { type: TCA_ACT.kind, value: zeroTerminated("mirred") },
            { type: TCA_ACT.options, value: [{ type: TCA_MIRRED_PARMS, value: mirred(to) }] },
          ],
        },
      ],
    },
  ];
  const attributes: Attribute[] = [
    { type: TCA.kind, value: zeroTerminated("u32") },
    { type: TCA.options, value: options },
  ];
  netlink.request(`redirect link ${from} to link ${to}`, RTM.newFilter, NLM.create | NLM.excl, filterMessage(from, priority), attributes);
}

/** ENOENT when there is none of that priority. */
export function removeRedirect(netlink: RouteSocket, from: number, priority: number): void {
  netlink.request(`remove redirect of link ${from}`, RTM.deleteFilter, 0, filterMessage(from, priority));
}

/** struct tc_u32_sel with one key of mask 0. */
function matchAll(): Uint8Array {
  const selector = new Uint8Array(16 + 16);
  selector[0] = 1; // TC_U32_TERMINAL
  selector[2] = 1; // keys
  return selector;
}

/** struct tc_mirred */
function mirred(link: number): Uint8Array {
  const parameters = new Uint8Array(28);
  const view = new DataView(parameters.buffer);
  view.setInt32(8, stolen, true);
  view.setInt32(20, egressRedirect, true);
  view.setUint32(24, link, true);
  return parameters;
}
