// Trusted Types: a page whose policy has `require-trusted-types-for 'script'` starts workers only from addresses that a
// policy of a name that it allows has made. Ours makes them of the package's own files.
interface Policy {
  createScriptURL(address: string): string;
}
interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

export const policyName = 'wakesleep';

/** Undefined where browsers know of none, or the page's policy refuses ours; null before it was asked for. */
let policy: Policy | undefined | null = null;

/** The address of a script of ours, as the page takes it. */
export function trusted(address: string): string {
  if (policy === null) {
    const { trustedTypes } = globalThis as { trustedTypes?: Factory };
    try {
      policy = trustedTypes?.createPolicy(policyName, { createScriptURL: (own) => own });
    } catch {
      policy = undefined; // a policy named `default` may take the address all the same
    }
  }
  return policy?.createScriptURL(address) ?? address;
}

/** Whether a worker was refused for want of a policy of ours. */
export const untrusted = (error: unknown): boolean =>
  'trustedTypes' in globalThis && policy === undefined && error instanceof TypeError;
