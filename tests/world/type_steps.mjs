// The steps of access paths over TypeScript's types: what stands at each, for every overload and member of a union.

const MOST_MEMBERS = 80 // of an object of which any member is asked for

// What the steps but members lead to, by kind, from { type, receiver, guard } and the bounds of the step; with them
// `parts`, what a type may be, and `typeOf`, the type of a symbol as seen from `source`.
export function typeSteps(ts, checker, source) {
  function typeOf(symbol) {
    return checker.getTypeOfSymbolAtLocation(symbol, source)
  }

  // The types that a type may be, without null and undefined; what depends on type parameters by what it is at least.
  function parts(type) {
    const found = []
    const pending = [type]
    const seen = new Set()
    while (pending.length) {
      const one = pending.pop()
      if (!one || seen.has(one.id)) continue
      seen.add(one.id)
      if (one.isUnion()) pending.push(...one.types)
      else if (one.flags & ts.TypeFlags.Instantiable) pending.push(checker.getBaseConstraintOfType(one) ?? anything())
      else if (!(one.flags & (ts.TypeFlags.Nullable | ts.TypeFlags.Void))) found.push(one)
    }
    return found
  }

  function anything() {
    return checker.getAnyType()
  }

  const STEPS = {
    return: ({ type, guard }) => chosen(type.getCallSignatures(), guard).map((one) => one.getReturnType()),
    instance: ({ type }) => instances(type),
    awaited: ({ type }) => [checker.getAwaitedType(type) ?? anything()],
    element: ({ type }) => elements(type),
    argument: (one, low, high) => parameters(one, low, high),
    parameter: (one, low, high) => parameters(one, low, high),
    receiver: ({ receiver }) => [receiver ?? anything()],
    'parameter-this': ({ type }) =>
      type.getCallSignatures().map((one) => (one.thisParameter ? typeOf(one.thisParameter) : anything())),
    'any-member': ({ type }) => anyMember(type),
    'member-name': () => [checker.getStringType()],
    'parameter-name': () => [checker.getStringType()],
  }

  function instances(type) {
    const made = type.getConstructSignatures().map((one) => one.getReturnType())
    const prototype = checker.getPropertyOfType(type, 'prototype')
    if (prototype) made.push(...parts(typeOf(prototype)).filter((one) => !(one.flags & ts.TypeFlags.Any)))
    return made.length ? made : type.getCallSignatures().map((one) => one.getReturnType())
  }

  // Of overloads, those that fit the guard: so many arguments or parameters, or one of these texts. Where no overload of
  // the text is told from others, all do.
  function chosen(signatures, guard) {
    if (!guard) return signatures
    const texts = (one) => one.parameters.slice(guard.low, guard.low + 1).flatMap((at) => parts(typeOf(at)))
    if (guard.kind === 'with-string-argument' && !signatures.some((one) => texts(one).some((at) => at.isStringLiteral()))) {
      return signatures
    }
    return signatures.filter((one) => {
      const most = ts.signatureHasRestParameter(one) ? Infinity : one.parameters.length
      if (guard.kind === 'with-arity') return guard.low <= most && one.minArgumentCount <= guard.high
      if (guard.kind === 'with-parameters') return guard.low <= most && one.parameters.length <= guard.high
      return texts(one).some((at) => at.isStringLiteral() && guard.values.includes(at.value))
    })
  }

  function parameters({ type, guard }, low, high) {
    const found = []
    for (const signature of chosen([...type.getCallSignatures(), ...type.getConstructSignatures()], guard)) {
      const all = signature.parameters
      const last = all.length - 1
      const rest = ts.signatureHasRestParameter(signature) ? last : -1
      const from = low < 0 ? all.length + low : low
      const to = low < 0 ? from : Math.min(high, Math.max(last, from))
      for (let at = Math.max(from, 0); at <= to; at += 1) {
        if (rest >= 0 && at >= rest) found.push(...restElements(typeOf(all[rest]), at - rest))
        else if (at <= last) found.push(typeOf(all[at]))
      }
    }
    return found
  }

  function restElements(type, at) {
    return parts(type).flatMap((one) => {
      const tuple = checker.isTupleType(one) ? checker.getTypeArguments(one)[at] : undefined
      return [tuple ?? checker.getIndexTypeOfType(one, ts.IndexKind.Number) ?? anything()]
    })
  }

  function elements(type) {
    const arguments_ = type.objectFlags & ts.ObjectFlags.Reference ? checker.getTypeArguments(type) : []
    if (/^(Readonly|Weak)?Map$/.test(type.symbol?.name ?? '') && arguments_.length > 1) return [arguments_[1]]
    const number = checker.getIndexTypeOfType(checker.getApparentType(type), ts.IndexKind.Number)
    if (number) return [number]
    return checker
      .getPropertiesOfType(checker.getApparentType(type))
      .filter((one) => /^__@(asyncI|i)terator/.test(one.name))
      .flatMap((one) => typeOf(one).getCallSignatures())
      .flatMap((one) => parts(one.getReturnType()))
      .map((one) => checker.getPropertyOfType(one, 'next'))
      .flatMap((one) => (one ? typeOf(one).getCallSignatures() : []))
      .flatMap((one) => parts(checker.getAwaitedType(one.getReturnType())))
      .map((one) => checker.getPropertyOfType(one, 'value'))
      .flatMap((one) => (one ? [typeOf(one)] : []))
  }

  function anyMember(type) {
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String)
    if (index) return [index]
    return checker.getPropertiesOfType(type).slice(0, MOST_MEMBERS).map(typeOf)
  }

  return { parts, typeOf, STEPS }
}
