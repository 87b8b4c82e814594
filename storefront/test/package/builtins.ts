import type { Identifier, Node, SourceFile } from 'typescript/unstable/ast';
import {
  isBindingElement,
  isCallExpression,
  isIdentifier,
  isImportDeclaration,
  isInterfaceDeclaration,
  isObjectBindingPattern,
  isPropertyAccessExpression,
  isTypeAliasDeclaration,
  isTypeNode,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Symbol as Meaning, type Type } from 'typescript/unstable/sync';

/** The use of a global, or of a member of what may be several interfaces. */
export interface Use {
  readonly name: string;
  /** The interfaces that may have the member, nearest first; undefined of a global. */
  readonly owners?: readonly string[];
}

/** Finds what a project's files use of the browser and the language; not what is called only where it is there. */
export function builtinsUsed(config: string, isOurs: (file: string) => boolean): Use[] {
  const compiler = new API({ cwd: '/' });
  try {
    const [project] = compiler.updateSnapshot({ openProjects: [config] }).getProjects();
    if (!project) throw new Error(`no project: ${config}`);
    const { program, checker } = project;
    const files = program.getSourceFileNames().filter(isOurs);
    return files.flatMap((name) => usesIn(program.getSourceFile(name) as SourceFile, checker));
  } finally {
    compiler.close();
  }
}

function usesIn(file: SourceFile, checker: Checker): Use[] {
  const names = identifiersIn(file);
  return checker.getSymbolAtLocation(names).flatMap((meaning, at) => {
    const node = names[at] as Identifier;
    return useOf(node, meaning, checker) ?? [];
  });
}

function identifiersIn(node: Node): Identifier[] {
  if (
    isTypeNode(node) ||
    isInterfaceDeclaration(node) ||
    isTypeAliasDeclaration(node) ||
    isImportDeclaration(node)
  )
    return [];
  if (isIdentifier(node)) return [node];
  const found: Identifier[] = [];
  node.forEachChild((child) => void found.push(...identifiersIn(child)));
  return found;
}

function useOf(node: Identifier, meaning: Meaning | undefined, checker: Checker): Use | undefined {
  const { parent } = node;
  if (isBindingElement(parent) && isObjectBindingPattern(parent.parent)) {
    const name = (parent.propertyName ?? parent.name) as Identifier;
    const type = name === node ? checker.getTypeAtLocation(parent.parent) : undefined;
    const member = type && checker.getPropertyOfType(type, node.text);
    return isBuiltin(member) ? { name: node.text, owners: ownersOf(type, checker) } : undefined;
  }
  if (!isBuiltin(meaning)) return undefined;
  if (!isPropertyAccessExpression(parent) || parent.name !== node) return { name: node.text };
  if (isCallExpression(parent.parent) && parent.parent.questionDotToken) return undefined;
  const type = checker.getTypeAtLocation(parent.expression);
  const receiver = isIdentifier(parent.expression) ? [parent.expression.text] : [];
  return { name: node.text, owners: [...ownersOf(type, checker), ...receiver] };
}

const isBuiltin = (meaning: Meaning | undefined): boolean =>
  meaning?.declarations.some(({ path }) => /\/lib\.[^/]*\.d\.ts$/.test(path)) ?? false;

/** The names of the interfaces of a type, each before what it extends, as browsers call them. */
function ownersOf(type: Type | undefined, checker: Checker): string[] {
  if (!type) return [];
  if (type.isUnionType() || type.isIntersectionType())
    return (type.getTypes() ?? []).flatMap((each) => ownersOf(each, checker));
  const apparent = checker.getApparentType(type) ?? type;
  const declared = apparent.isTypeReference() ? apparent.getTarget() : apparent;
  const bases = (declared.getBaseTypes() ?? []).flatMap((base) => ownersOf(base, checker));
  return [...calledByBrowsers(declared.getSymbol()?.name ?? ''), ...bases];
}

function calledByBrowsers(name: string): string[] {
  if (name === 'IteratorObject') return ['Iterator', 'Generator'];
  if (/^\w+\d+(Clamped)?Array(Constructor)?$/.test(name)) return ['TypedArray'];
  return [name.replace(/^Readonly(?=\w)|Constructor$/g, '')];
}
