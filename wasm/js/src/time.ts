import { bad } from './errors.js'

/** A time: a `Date`, or whole seconds since 1970-01-01T00:00:00Z. */
export type Time = Date | number

/** Seconds since the epoch; those of a `Date` without their fraction. @internal */
export function secondsOf(name: string, time: Time): number {
  const seconds = typeof time === 'object' ? Math.floor(millisecondsOf(time) / 1000) : time
  if (!Number.isSafeInteger(seconds)) return bad(name, 'a Date, or whole seconds since the epoch')
  return seconds
}

function millisecondsOf(time: unknown): number {
  try {
    return Reflect.apply(Date.prototype.getTime, time, [])
  } catch {
    return NaN
  }
}

/** The last second of the year 9999. */
const LATEST = 253_402_300_799

/** The same for what is written into a token, or forgotten for good: milliseconds would be a date far off. @internal */
export function dateOf(name: string, time: Time | null | undefined): number | undefined {
  const seconds = maybeSeconds(name, time)
  if (seconds !== undefined && seconds > LATEST) return bad(name, 'a Date, or seconds since the epoch, not milliseconds,')
  return seconds
}

/** The same where it may be left out. @internal */
export function maybeSeconds(name: string, time: Time | null | undefined): number | undefined {
  return time === undefined || time === null ? undefined : secondsOf(name, time)
}

/** The present time, in whole seconds. @internal */
export function present(): number {
  return Math.floor(Date.now() / 1000)
}
