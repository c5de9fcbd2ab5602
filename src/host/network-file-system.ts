/** Knows file systems on which a database with a shared-memory log is not safe. */

/** Magic numbers of Linux (`man 2 statfs`, include/uapi/linux/magic.h). FUSE stands for sshfs, virtiofs and all that passes through a user process. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
  [0x19830326, 'BeeGFS'],
  [0x47504653, 'GPFS'],
])

/** The name of the network file system with this type, or undefined when it is a local one. Only Linux has stable numbers. */
export function networkFileSystem(type: number, platform: string = process.platform): string | undefined {
  return platform === 'linux' ? networkTypes.get(type >>> 0) : undefined
}
