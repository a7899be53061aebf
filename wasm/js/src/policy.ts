import { bad } from './errors.js'
import { ask } from './raw.js'
import { type Value, optionsOf } from './value.js'

/** Where in the arguments: `.`, `.name`, `.list[0]`, `.list[]`, `.maybe?`. */
export type Selector = `.${string}`

/** A statement about the arguments of an invocation. */
export type Statement =
  | readonly ['==' | '!=', Selector, Value]
  | readonly ['<' | '<=' | '>' | '>=', Selector, number | bigint]
  | readonly ['like', Selector, string]
  | readonly ['not', Statement]
  | readonly ['and' | 'or', readonly Statement[]]
  | readonly ['all' | 'any', Selector, Statement]

/** What the arguments of an invocation must look like: statements, all of which must be true. */
export type Policy = readonly Statement[]

/** What a policy says of some arguments. */
export type Evaluation =
  | { readonly truth: 'true' }
  | {
      /** False, or not to be told: of a value that is not there, or of another type. Neither allows. */
      readonly truth: 'false' | 'unknown'
      /** Which statement is to blame, from 0. */
      readonly statement: number
      /** Where in it: `[2][1]`. */
      readonly path: string
      /** What has to hold, in words. */
      readonly words: string
      /** The selector that decided. */
      readonly selector: string | null
      /** What it found in the arguments, as DAG-JSON cut where it is long, or why it found nothing. */
      readonly found: string
    }

/**
 * Checks a policy, and gives it back.
 * @throws {PolicyError} which says which statement is to blame, and why.
 */
export function checkPolicy<P extends Policy>(policy: P): P {
  ask('policy', questionOf(policy))
  return policy
}

/** What is legal but risky in a policy, in words. */
export function lintPolicy(policy: Policy): string[] {
  return ask<{ lints: string[] }>('policy-words', questionOf(policy)).lints
}

/**
 * A policy in words.
 * @throws {PolicyError} when it is none.
 */
export function policyWords(policy: Policy): string {
  return ask<{ words: string }>('policy-words', questionOf(policy)).words
}

/**
 * What a policy says of arguments.
 * @throws {PolicyError} when it is none, or takes too long.
 */
export function evaluatePolicy(policy: Policy, args: { readonly [name: string]: Value }): Evaluation {
  return ask<Evaluation>('policy', { ...questionOf(policy), arguments: optionsOf('args', args) })
}

function questionOf(policy: Policy): object {
  return { policy: Array.isArray(policy) ? policy : bad('policy', 'an array of statements') }
}
