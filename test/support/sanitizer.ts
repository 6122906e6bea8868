// Which sanitizer tests run with.

/** Whether the tests run with the addon under AddressSanitizer, which keeps freed memory for a while. */
export const isSanitized = process.env['BERKELEY_ADDON']?.includes('-asan') === true
