import './base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Toasts } from '../ui/toast.tsx'
import { addressOf } from './address.ts'
import { queries } from './api.ts'
import { router } from './router.tsx'

const root = document.getElementById('console')
if (!root) throw new Error('The page has no place for the console')

// A new version of the server serves other files. Reloading the page loads them.
addEventListener('vite:preloadError', () => location.reload())

// The server also responds without its prefix. The router knows only addresses with it.
if (!`${location.pathname}/`.startsWith(addressOf('/')))
  location.replace(addressOf(location.pathname + location.search + location.hash))

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
)
