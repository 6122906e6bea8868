// The work that a program does while its socket is not ready: a real computation, in small units.

/** A search for primes; a unit tests one number. */
export class OtherWork {
  units = 0
  primes = 0
  #number = 1

  doUnit(): void {
    this.units++
    this.#number += 1
    if (isPrime(this.#number)) this.primes++
  }

  /** Does a unit in each turn of the event loop, until the returned function is called. */
  inEventLoop(): () => void {
    let next = setImmediate(function turn(work: OtherWork) {
      work.doUnit()
      next = setImmediate(turn, work)
    }, this)
    return () => clearImmediate(next)
  }
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false
  }
  return number > 1
}
