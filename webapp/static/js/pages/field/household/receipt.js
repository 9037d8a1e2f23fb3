/** The part of a receipt a person can read out on the telephone: the first eight signs of its signature. */
export function receiptNumber(receipt) {
  return receipt.split('.').at(-1).slice(0, 8).toUpperCase()
}
