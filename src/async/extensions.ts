// What other files of this folder add to the awaited socket.

/** The awaited verbs of messages. They are declared where they are made. */
// biome-ignore lint/suspicious/noEmptyInterface: declarations in other files fill it
export interface AsyncVerbs {}
