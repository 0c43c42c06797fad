// The editor reads its workers' URLs here before it starts.
{
  const { workers } = JSON.parse(document.getElementById('root').dataset.page)
  self.MonacoEnvironment = {
    globalAPI: false,
    getWorkerUrl: (_module, label) => workers[label] ?? workers.editorWorkerService,
  }
}
