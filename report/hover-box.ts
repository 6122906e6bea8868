// The box with the details of the bar under the pointer.

import { element } from './elements.js'

const DISTANCE_PIXELS = 14

/** A place in the container. */
export interface Place {
  readonly x: number
  readonly y: number
}

export class HoverBox {
  readonly #container: HTMLElement
  readonly #box = element('div', { class: 'hover', hidden: '' })

  constructor(container: HTMLElement) {
    this.#container = container
    container.append(this.#box)
  }

  /** Shows content below a place, as far to the right as the container allows. */
  show(content: HTMLElement, { x, y }: Place): void {
    const box = this.#box
    box.replaceChildren(content)
    box.hidden = false
    const furthest = this.#container.clientWidth - box.offsetWidth
    box.style.left = `${Math.max(0, Math.min(x + DISTANCE_PIXELS, furthest))}px`
    box.style.top = `${y + DISTANCE_PIXELS}px`
  }

  hide(): void {
    this.#box.hidden = true
  }
}
