// Read by the editor before it starts: where its workers are.
{
  const { workers } = JSON.parse(document.getElementById('root').dataset.page)
  self.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_module, label) => workers[label] ?? workers.editorWorkerService,
  }
}
