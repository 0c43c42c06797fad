import { Component, type ReactNode } from 'react'

/** Shows an exception of the components within. */
export class FailureBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error }
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children
    return (
      <p role="alert" className="failure">
        {this.state.error.message}
      </p>
    )
  }
}
