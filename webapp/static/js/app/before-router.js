// The router reads this as it is loaded and catches the error of a cold start, when there is nothing to read. But to say
// where an error arose V8 parses the whole script once more: 300 ms on a slow phone.
sessionStorage['vue-router:scroll'] ??= '{}'
