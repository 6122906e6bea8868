// Folders of this machine in the program's file system, at the same paths.

import { existsSync } from 'node:fs'
import { delimiter, dirname, resolve } from 'node:path'

/** The part of Emscripten's FS that mounts folders. */
export interface MountingFileSystem {
  readonly filesystems: { readonly NODEFS: object }
  analyzePath(path: string): { readonly exists: boolean }
  mkdirTree(path: string): void
  mount(type: object, options: { readonly root: string }, path: string): void
  chdir(path: string): void
}

/** The folders that a program sees: its own, the working directory, and those of PYTHONPATH. */
export function foldersFor(file: string): string[] {
  const { PYTHONPATH = '' } = process.env
  const paths = PYTHONPATH.split(delimiter).filter((path) => path !== '')
  const folders = [process.cwd(), dirname(file), ...paths.map((path) => resolve(path))].filter((path) =>
    existsSync(path),
  )
  return outermost([...new Set(folders)])
}

/** Without the folders that are inside of another one. */
function outermost(folders: readonly string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => other !== folder && `${folder}/`.startsWith(`${other}/`)))
}

/** Mounts folders, and makes the working directory the program's. The root folder is Pyodide's own and stays that. */
export function mountFolders(fs: MountingFileSystem, folders: readonly string[]): void {
  for (const folder of folders) {
    if (folder === '/') continue
    fs.mkdirTree(folder)
    fs.mount(fs.filesystems.NODEFS, { root: folder }, folder)
  }
  if (fs.analyzePath(process.cwd()).exists) fs.chdir(process.cwd())
}
