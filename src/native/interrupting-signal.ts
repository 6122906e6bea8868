// What happens when a signal has interrupted a wait, before the error is thrown. signals.ts sets it on runtimes where a
// signal may interrupt although the program's last listener is gone.

let callback: (signum: number) => void = () => {}

/** Sets what is called with the number of each signal that has interrupted a wait. */
export function callAtInterruption(called: (signum: number) => void): void {
  callback = called
}

/** A signal has interrupted a wait. */
export function noteInterruption(signum: number): void {
  callback(signum)
}
