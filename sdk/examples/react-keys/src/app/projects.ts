/** A project that the person may see. */
export interface Project {
  id: string
  name: string
}

interface Answer {
  data?: { viewer: { projects: { nodes: Project[] } } }
  errors?: { message: string }[]
}

/** The projects of the signed-in person. */
export async function projectsOf(baseUrl: string, token: string): Promise<Project[]> {
  const response = await fetch(`${baseUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { projects(first: 100) { nodes { id name } } } }' }),
  })
  const { data, errors }: Answer = await response.json()
  if (!data) throw new Error(errors?.[0]?.message ?? 'The projects cannot be loaded.')
  return data.viewer.projects.nodes
}
