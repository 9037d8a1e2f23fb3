/**
 * How a form is begun: as it was left, with the answers that came back, or with what is known.
 * @param {{body: object, about: object, draft: object|null, returned: object|null, subject: string}} found
 * @returns {{draft: object, answers: {facts: object, keys?: object, draft?: string, returned?: string}}}
 */
export function startOf({ body, about, draft, returned, subject }) {
  if (draft) return { draft: named(draft), answers: { facts: draft.seen, draft: draft.instance } }
  const { form, version, title } = body
  const blank = {
    form, version, title, about: subject, seen: about.seen, base_rev: about.baseRev, replaces: null, at: '', last: '', confirmed: [], opened: [], photos: [],
  }
  if (!returned) return { draft: blank, answers: { facts: about.seen, keys: about.keys } }
  return { draft: { ...blank, replaces: returned.id, photos: returned.files }, answers: { facts: about.seen, returned: returned.xml } }
}

/** A picture kept in the moment the page died has no name yet. */
const named = (draft) => ({ ...draft, photos: draft.photos.map((photo) => ({ name: `${photo.sha256}.jpg`, ...photo })) })
