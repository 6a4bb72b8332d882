// In a frame of another site a browser may give no storage: reading the property already throws. Then nothing is remembered.

export const lasting = orNothing(() => localStorage);
export const ofThisTab = orNothing(() => sessionStorage);

function orNothing(give: () => Storage): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  try {
    return give();
  } catch {
    return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}
